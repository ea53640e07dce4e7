import type { InputRecords } from '../stage/ports.ts';
import { recordsOfValues } from '../stage/records/value-columns.ts';
import type { FileRecord } from './splitter.ts';

/** Records that were made one by one, as the stage takes them. */
export function recordsOf(records: readonly FileRecord[]): InputRecords {
  return recordsOfValues(
    records.map(({ bytes }) => bytes),
    records.map(({ line }) => line),
  );
}
