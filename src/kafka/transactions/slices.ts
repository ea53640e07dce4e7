import type { InputRecord, InputRecords } from '../../stage/ports.ts';
import { JoinedRecords } from '../../stage/records/joined-records.ts';
import { partsOf } from '../wire/fetched-message.ts';

/** Input of one transaction. */
export interface Slice {
  readonly records: InputRecords;
  /** The offset after it. */
  readonly next: number;
}

interface Fetched {
  readonly messages: readonly object[];
  lastOffset(): string;
}

/**
 * What a fetch brought from offset `from` on, at most `recordsMax` records of it; `null` = nothing. Batches
 * stay whole where they can, which is quicker to read.
 */
export function sliceOf(fetched: Fetched, from: number, recordsMax: number): Slice | null {
  const end = Number(fetched.lastOffset()) + 1;
  if (from >= end) return null;
  const parts: InputRecords[] = [];
  let records = 0;
  for (const whole of partsOf(fetched)) {
    const part = new JoinedRecords([whole], from, Infinity);
    records += part.length;
    if (records <= recordsMax) parts.push(whole);
    else if (parts.length === 0) return firstOf(part, recordsMax);
    else return { records: new JoinedRecords(parts, from, end), next: firstOffsetOf(part) };
  }
  return { records: new JoinedRecords(parts, from, end), next: end };
}

/** As many records of a batch that has more. */
function firstOf(part: InputRecords, recordsMax: number): Slice {
  const records: InputRecord[] = [];
  for (const record of part) {
    if (records.length === recordsMax) return { records, next: record.offset };
    records.push(record);
  }
  return { records, next: (records.at(-1)?.offset ?? -1) + 1 };
}

function firstOffsetOf(part: InputRecords): number {
  for (const { offset } of part) return offset;
  return -1;
}
