import type { RecordCore } from './record-core.ts';

/** How the lane reads and writes records of one form, as `assembly/record-layout.ts` has it. */
export interface CoreLayout {
  readonly kind: LayoutKind;
  readonly formNumber: number;
  /** What tells its records apart. */
  readonly lists: number;
  /** What stands before each record, and what takes its place. */
  readonly prefix: Uint8Array;
  readonly newPrefix: Uint8Array;
  /** How an answer goes into a record; which of them is for the reader of the kind to say. */
  readonly ways: readonly (readonly LaneEdit[])[];
  /** What only the reader of the kind has to know. */
  readonly own: Uint8Array;
}

export const layoutKinds = { json: 0, avro: 1 } as const;
type LayoutKind = (typeof layoutKinds)[keyof typeof layoutKinds];

/** A change of a record, by what the record has: see `assembly/splice.ts`. */
export interface LaneEdit {
  readonly from: Edge;
  readonly to: Edge;
  /** So many bytes before that. */
  readonly back: number;
  /** Goes before the piece. */
  readonly text: Uint8Array;
  /** One that is empty leaves what is there. */
  readonly piece: number;
  /** The time and the next piece follow. */
  readonly isStamped: boolean;
}

/** Where a field begins, or ends. */
export type Edge = number;

export function startOf(field: number): Edge {
  return 8 * field;
}

export function endOf(field: number): Edge {
  return 8 * field + 4;
}

/** Tells the core of a layout, and returns where it lies. @throws RangeError if there is no room */
export function addLayout(core: RecordCore, layout: CoreLayout): number {
  const { kind, formNumber, lists, prefix, newPrefix, ways, own } = layout;
  const { words, memory } = core;
  const at = core.reserve(OWN + own.length);
  const [first = 0, second = 0, third = 0] = ways.map((edits) => addWay(core, edits));
  const head = [
    kind,
    formNumber,
    lists,
    core.keepText(prefix),
    prefix.length,
    core.keepText(newPrefix),
    newPrefix.length,
    first,
    second,
    third,
  ];
  for (const [i, value] of head.entries()) words.setUint32(at + 4 * i, value, true);
  memory.set(own, at + OWN);
  return at;
}

function addWay(core: RecordCore, edits: readonly LaneEdit[]): number {
  const { words } = core;
  const at = core.reserve(4 + EDIT * edits.length);
  words.setUint32(at, edits.length, true);
  for (const [i, { from, to, back, text, piece, isStamped }] of edits.entries()) {
    const numbers = [from, to, back, core.keepText(text), text.length, piece, Number(isStamped)];
    for (const [j, value] of numbers.entries()) {
      words.setUint32(at + 4 + EDIT * i + 4 * j, value, true);
    }
  }
  return at;
}

const OWN = 40;
const EDIT = 28;
