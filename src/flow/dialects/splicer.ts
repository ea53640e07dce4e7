// Hot: measured by bench/micro/records.bench.ts.
import { Field } from './fields.ts';
import type { ScannedRecord } from './scanned-record.ts';

/** What is written into a record: the pending list and our member's value, as JSON. */
export interface Enrichment {
  readonly pending: Buffer;
  readonly evaluation: Buffer;
  /** Where in `evaluation` the time stamp goes. */
  readonly stampAt: number;
}

/** Gives memory that may hold anything. */
export interface Room {
  allocate(size: number): Buffer;
}

/** One range of the record to be replaced, or an empty one to write at. */
interface Edit {
  start: number;
  end: number;
  before: Buffer;
  value: Buffer;
  after: Buffer;
}

/**
 * Writes enriched records: the pending list in its place, our member in its place or before the
 * record's closing brace, every other byte as it came (flow-records 3.4).
 */
export class Splicer {
  readonly #pending = emptyEdit();
  readonly #evaluation = emptyEdit();

  /** `stamp` goes over as many bytes of the evaluation; `room` is where the result goes. */
  splice(
    record: ScannedRecord,
    { enrichment, stamp }: { readonly enrichment: Enrichment; readonly stamp: Buffer },
    room: Room,
  ): Buffer {
    const pending = this.#pending;
    const evaluation = this.#evaluation;
    placePending(pending, record);
    placeEvaluation(evaluation, record);
    pending.value = enrichment.pending;
    evaluation.value = enrichment.evaluation;
    const isPendingFirst = pending.start <= evaluation.start;
    const first = isPendingFirst ? pending : evaluation;
    const second = isPendingFirst ? evaluation : pending;
    const { bytes } = record;
    const out = room.allocate(bytes.length + growth(pending) + growth(evaluation));
    let at = bytes.copy(out, 0, 0, first.start);
    at = write(out, at, first);
    at += bytes.copy(out, at, first.end, second.start);
    at = write(out, at, second);
    bytes.copy(out, at, second.end);
    const evaluationAt =
      evaluation.start + evaluation.before.length + (isPendingFirst ? growth(pending) : 0);
    stamp.copy(out, evaluationAt + enrichment.stampAt);
    return out;
  }
}

const NONE = Buffer.alloc(0);
const CLOSING_BRACE = Buffer.from('}');
const OPEN_BRACE = 0x7b;

function emptyEdit(): Edit {
  return { start: 0, end: 0, before: NONE, value: NONE, after: NONE };
}

function placePending(edit: Edit, { bytes, offsets, layout }: ScannedRecord): void {
  edit.after = NONE;
  if (has(offsets, Field.pending)) {
    replace(edit, offsets, Field.pending, NONE);
  } else if (!has(offsets, Field.policies)) {
    const holder = has(offsets, Field.holder) ? Field.holder : Field.record;
    insertAtEnd(edit, offsets, holder, layout.policiesInHolder);
    edit.after = CLOSING_BRACE;
  } else if (bytes[offsets[2 * Field.policies]!] !== OPEN_BRACE) {
    replace(edit, offsets, Field.policies, layout.policiesAnew);
    edit.after = CLOSING_BRACE;
  } else {
    const isEmpty = isEmptyObject(bytes, offsets[2 * Field.policies]!);
    const before = isEmpty ? layout.pendingInEmptyPolicies : layout.pendingInPolicies;
    insertAtEnd(edit, offsets, Field.policies, before);
  }
}

function placeEvaluation(edit: Edit, { offsets, layout }: ScannedRecord): void {
  if (has(offsets, Field.evaluation)) replace(edit, offsets, Field.evaluation, NONE);
  else insertAtEnd(edit, offsets, Field.record, layout.evaluationInRecord);
}

function has(offsets: Int32Array, field: number): boolean {
  return offsets[2 * field]! >= 0;
}

function replace(edit: Edit, offsets: Int32Array, field: number, before: Buffer): void {
  edit.start = offsets[2 * field]!;
  edit.end = offsets[2 * field + 1]!;
  edit.before = before;
}

function insertAtEnd(edit: Edit, offsets: Int32Array, object: number, before: Buffer): void {
  edit.start = offsets[2 * object + 1]! - 1;
  edit.end = edit.start;
  edit.before = before;
}

function isEmptyObject(bytes: Buffer, start: number): boolean {
  let next = start + 1;
  while (bytes[next]! <= SPACE) next += 1;
  return bytes[next] === CLOSING_BRACE[0];
}

const SPACE = 0x20;

function growth({ start, end, before, value, after }: Edit): number {
  return before.length + value.length + after.length - (end - start);
}

function write(out: Buffer, at: number, { before, value, after }: Edit): number {
  let next = at;
  next += before.copy(out, next);
  next += value.copy(out, next);
  next += after.copy(out, next);
  return next;
}
