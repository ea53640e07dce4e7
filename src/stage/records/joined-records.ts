import type { InputRecord, InputRecords } from '../ports.ts';

/** Batches of one partition, in order, as one. */
export class JoinedRecords implements InputRecords {
  readonly length: number;
  readonly #parts: readonly InputRecords[];

  /** Leaves out what lies before offset `from`, or at `to` and beyond. */
  constructor(parts: readonly InputRecords[], from: number, to: number) {
    this.#parts = parts.map((part) => within(part, from, to));
    this.length = this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  *[Symbol.iterator](): Generator<InputRecord> {
    for (const part of this.#parts) yield* part;
  }
}

function within(records: InputRecords, from: number, to: number): InputRecords {
  const isWithin = ({ offset }: InputRecord): boolean => offset >= from && offset < to;
  for (const record of records) {
    if (!isWithin(record)) return [...records].filter(isWithin);
  }
  return records;
}
