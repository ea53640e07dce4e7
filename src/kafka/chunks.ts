import type { OutputRecord } from '../stage/ports.ts';
import type { KafkaLimits } from './limits.ts';

/** What one produce request may hold. */
export type ChunkLimits = Pick<KafkaLimits, 'produceRecords' | 'produceBytes'>;

/** The records in order, in as few requests as the limits allow; a giant travels alone. */
export function* chunksOf(
  records: readonly OutputRecord[],
  limits: ChunkLimits,
): Generator<readonly OutputRecord[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    const full = index - start >= limits.produceRecords || bytes + size > limits.produceBytes;
    if (full && index > start) {
      yield records.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < records.length) yield records.slice(start);
}

/** The most that lengths, deltas and attributes can take beside the bytes themselves. */
const recordOverheadBytes = 40;
const headerOverheadBytes = 10;

function sizeOf(record: OutputRecord): number {
  let size = recordOverheadBytes + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const [name, value] of record.headers) {
    size += headerOverheadBytes + Buffer.byteLength(name) + (value?.length ?? 0);
  }
  return size;
}
