import { recordsIn } from '../../src/stage/records/read-columns.ts';
import type { Chunk } from '../../src/stage/records/output-records.ts';

/** The values of the records of chunks, as texts. */
export function valuesIn(chunks: readonly Chunk[]): string[] {
  return chunks.flatMap(({ bytes, records }) => {
    const batch = { baseOffset: 0, lastOffset: records - 1, recordCount: records };
    const times = { baseTimestampMs: 0, maxTimestampMs: 0, isLogAppendTime: false };
    return Array.from(recordsIn(bytes, { ...batch, ...times }), ({ value }) => String(value));
  });
}
