import type { InputRecord, InputRecords } from '../ports.ts';
import { RecordColumns } from './columns.ts';

/** Batches of one partition, in order, as one. */
export class JoinedRecords implements InputRecords {
  readonly length: number;
  readonly parts: readonly InputRecords[];

  /** Leaves out what lies before offset `from`, or at `to` and beyond. */
  constructor(parts: readonly InputRecords[], from: number, to: number) {
    this.parts = parts.map((part) => within(part, from, to));
    this.length = this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  *[Symbol.iterator](): Generator<InputRecord> {
    for (const part of this.parts) yield* part;
  }
}

function within(records: InputRecords, from: number, to: number): InputRecords {
  if (records instanceof RecordColumns && records.areWithin(from, to)) return records;
  const isWithin = ({ offset }: InputRecord): boolean => offset >= from && offset < to;
  return [...records].filter(isWithin);
}
