import { addLayout, endOf, layoutKinds, startOf } from './core-layout.ts';
import type { LaneEdit } from './core-layout.ts';
import { Field } from './fields.ts';
import type { Layout } from './layout.ts';
import type { RecordCore } from './record-core.ts';
import { Piece } from './text-enrichment.ts';

export interface LaneForm {
  /** As the core knows it. */
  readonly shape: number;
  readonly formNumber: number;
}

/**
 * Tells the lane of a layout, as `assembly/read-json.ts` reads it, and returns where that lies; 0 = records
 * of this layout are not for the lane, since the list that came is kept beside ours.
 */
export function addLaneLayout(
  core: RecordCore,
  layout: Layout,
  { shape, formNumber }: LaneForm,
): number {
  if (layout.upstreamInPolicies !== null) return 0;
  return addLayout(core, {
    kind: layoutKinds.json,
    formNumber,
    lists: core.lists,
    prefix: NOTHING,
    newPrefix: NOTHING,
    ways: waysOf(layout),
    own: ownOf(layout, shape),
  });
}

/** The pending list goes in the place of one, to the end of its object, or into an empty one. */
function waysOf(layout: Layout): readonly (readonly LaneEdit[])[] {
  const { pendingInPolicies, pendingInEmptyPolicies, evaluationInRecord } = layout;
  const pending = { piece: Piece.pending, isStamped: false } as const;
  const from = startOf(Field.pending);
  const to = endOf(Field.pending);
  const inPlace: LaneEdit = { ...pending, from, to, back: 0, text: NOTHING };
  const atEnd: LaneEdit = { ...pending, ...beforeBrace(Field.policies), text: pendingInPolicies };
  const inEmpty: LaneEdit = { ...atEnd, text: pendingInEmptyPolicies };
  const evaluation: LaneEdit = {
    ...beforeBrace(Field.record),
    text: evaluationInRecord,
    piece: Piece.evaluation,
    isStamped: true,
  };
  return [inPlace, atEnd, inEmpty].map((edit) => [edit, evaluation]);
}

function beforeBrace(field: number): Pick<LaneEdit, 'from' | 'to' | 'back'> {
  return { from: endOf(field), to: endOf(field), back: 1 };
}

function ownOf({ recognisedBy, refusedBy, reporter }: Layout, shape: number): Buffer {
  const own = Buffer.alloc(GROUP + 8 * recognisedBy.length);
  own.writeUInt32LE(shape);
  own.writeUInt32LE(reporter === undefined ? 0 : spellings[reporter], REPORTER);
  own.writeBigUInt64LE(bitsOf([...refusedBy, ...ofAnEarlierPass]), REFUSED);
  own.writeUInt32LE(recognisedBy.length, GROUPS);
  for (const [i, fields] of recognisedBy.entries()) {
    own.writeBigUInt64LE(bitsOf(fields), GROUP + 8 * i);
  }
  return own;
}

/** What an earlier pass has left is taken apart with more care. */
const ofAnEarlierPass = [Field.evaluation, Field.evaluator, Field.pendingUpstream];

function bitsOf(fields: readonly number[]): bigint {
  return fields.reduce((bits, field) => bits | (1n << BigInt(field)), 0n);
}

const NOTHING = Buffer.alloc(0);
const REPORTER = 4;
const REFUSED = 8;
const GROUPS = 16;
const GROUP = 20;
const spellings = { number: 1, word: 2 } as const;
