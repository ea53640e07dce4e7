import { Field } from './fields.ts';
import type { Layout } from './layout.ts';
import type { RecordCore } from './record-core.ts';

export interface LaneForm {
  /** As the core knows it. */
  readonly shape: number;
  readonly formNumber: number;
}

/**
 * Tells the lane of a layout, as `assembly/lane.ts` reads it, and returns where that lies; 0 = records of
 * this layout are not for the lane, since the list that came is kept beside ours.
 */
export function addLaneLayout(core: RecordCore, layout: Layout, form: LaneForm): number {
  if (layout.upstreamInPolicies !== null) return 0;
  const { words, memory } = core;
  const { recognisedBy, refusedBy, reporter } = layout;
  const at = core.reserve(GROUP + 8 * recognisedBy.length);
  words.setUint32(at, form.shape, true);
  words.setUint32(at + 4, form.formNumber, true);
  words.setBigUint64(at + REFUSED, bitsOf([...refusedBy, ...ofAnEarlierPass]), true);
  words.setUint32(at + REPORTER, reporter === undefined ? 0 : spellings[reporter], true);
  const texts = [
    layout.pendingInPolicies,
    layout.pendingInEmptyPolicies,
    layout.evaluationInRecord,
  ];
  for (const [i, text] of texts.entries()) {
    const textAt = core.reserve(text.length);
    memory.set(text, textAt);
    words.setUint32(at + TEXTS + 8 * i, textAt, true);
    words.setUint32(at + TEXTS + 8 * i + 4, text.length, true);
  }
  words.setUint32(at + GROUPS, recognisedBy.length, true);
  for (const [i, fields] of recognisedBy.entries()) {
    words.setBigUint64(at + GROUP + 8 * i, bitsOf(fields), true);
  }
  return at;
}

/** What an earlier pass has left is taken apart with more care. */
const ofAnEarlierPass = [Field.evaluation, Field.evaluator, Field.pendingUpstream];

function bitsOf(fields: readonly number[]): bigint {
  return fields.reduce((bits, field) => bits | (1n << BigInt(field)), 0n);
}

const REFUSED = 8;
const REPORTER = 16;
const TEXTS = 20;
const GROUPS = 44;
const GROUP = 48;
const spellings = { number: 1, word: 2 } as const;
