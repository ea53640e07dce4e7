import type { OutputRecord } from '../stage/ports.ts';

/** What one produce request may hold. */
export interface ChunkLimits {
  readonly recordsMax: number;
  readonly bytesMax: number;
}

/**
 * kafkajs groups the records of a request in quadratic time, and a broker takes batches of at most
 * 1,048,588 bytes unless told otherwise.
 */
export const chunkLimitsDefault: ChunkLimits = { recordsMax: 1000, bytesMax: 950_000 };

/** The records in order, in as few requests as the limits allow; a giant travels alone. */
export function* chunksOf(
  records: readonly OutputRecord[],
  limits: ChunkLimits,
): Generator<readonly OutputRecord[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    const full = index - start >= limits.recordsMax || bytes + size > limits.bytesMax;
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
