import { CodecError } from '../../codecs/codec.ts';
import { codecs } from '../../codecs/codecs.ts';
import type { InputRecord, InputRecords } from '../../stage/ports.ts';
import { readColumns } from '../../stage/records/read-columns.ts';
import { freeBytes } from '../../std/free-bytes.ts';
import { layout, readBatchHeader, type BatchHeader } from './batch-header.ts';
import { WireError } from '../../stage/records/byte-reader.ts';
import { crc32c } from './crc32c.ts';

/** A transaction that was aborted: records of this producer from this offset on must not be seen. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** What a fetch brought of one partition, batch by batch. */
export interface ReadBatch {
  /** Every offset up to here has been seen, whatever became of it. */
  readonly lastOffset: number;
  /** Empty for what transactions leave behind. */
  readonly records: InputRecords;
  /** As they came. */
  readonly packedBytes: number;
}

export interface ReadLimits {
  /** What a batch may decompress to. */
  readonly batchBytes: number;
  readonly batchRecords: number;
  readonly batchHeaders: number;
}

export interface ReadOptions extends ReadLimits {
  /** Whether a batch with a wrong checksum is to be given up instead of fetched again. */
  readonly isGivenUp: (baseOffset: number) => boolean;
}

/** The bytes are not what the broker was given: on their way, or on its disk, they were changed. */
export class CorruptBatchError extends Error {
  override readonly name = 'CorruptBatchError';
  readonly offset: number;

  constructor(offset: number, what: 'checksum' | 'length' | 'version') {
    super(`the ${what} of the batch at offset ${offset} is wrong`);
    this.offset = offset;
  }
}

/**
 * Reads the batches of version 2 in `bytes`; a last one that is cut short is left for the next fetch.
 * A batch that cannot be unpacked becomes one record that says so.
 * @throws CorruptBatchError
 */
export async function readBatches(
  bytes: Buffer,
  aborted: readonly AbortedTransaction[],
  options: ReadOptions,
): Promise<ReadBatch[]> {
  const isAborted = abortedFilter(aborted);
  const batches: ReadBatch[] = [];
  for (const batch of wholeBatches(bytes)) {
    const header = readBatchHeader(batch);
    const { lastOffset } = header;
    const packedBytes = batch.length;
    if (crc32c(batch.subarray(layout.crcFrom)) !== batch.readUInt32BE(layout.crcAt)) {
      const error = new CorruptBatchError(header.baseOffset, 'checksum');
      if (!options.isGivenUp(header.baseOffset)) throw error;
      batches.push({ lastOffset, records: [undecodable(batch, header, error)], packedBytes });
      continue;
    }
    const isHidden = isAborted(header) || header.isControl;
    const records = isHidden ? [] : await unpack(batch, header, options);
    batches.push({ lastOffset, records, packedBytes });
  }
  return batches;
}

function* wholeBatches(bytes: Buffer): Generator<Buffer> {
  let at = 0;
  while (bytes.length - at >= layout.headerBytes) {
    const length = layout.prefixBytes + bytes.readInt32BE(at + 8);
    const isVersion2 = bytes[at + layout.versionAt] === 2;
    if (!isVersion2 || length < layout.headerBytes) {
      // What is good before it is read first; the next fetch begins here.
      if (at > 0) return;
      const offset = Number(bytes.readBigInt64BE(at));
      throw new CorruptBatchError(offset, isVersion2 ? 'length' : 'version');
    }
    if (length > bytes.length - at) return;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function unpack(
  batch: Buffer,
  header: BatchHeader,
  limits: ReadLimits,
): Promise<InputRecords> {
  try {
    if (header.recordCount > limits.batchRecords) {
      throw new WireError(`more records than \`limits.batchRecords\`, ${limits.batchRecords}`);
    }
    const packed = batch.subarray(layout.headerBytes);
    if (header.codec === 'unknown') throw new WireError('a compression that Kafka does not have');
    if (header.codec === null) return readColumns(packed, header, limits.batchHeaders);
    const bytes = await codecs[header.codec].decompress(packed, limits.batchBytes);
    return readColumns(bytes, header, limits.batchHeaders, () => freeBytes(bytes));
  } catch (error) {
    const isBatchAtFault =
      error instanceof WireError ||
      (error instanceof CodecError && error.problem !== 'unavailable');
    if (!isBatchAtFault) throw error;
    return [undecodable(batch, header, error)];
  }
}

/** Stands for all records of a batch that cannot be unpacked, with the bytes as they lie there. */
function undecodable(batch: Buffer, header: BatchHeader, error: Error): InputRecord {
  const { baseOffset, lastOffset } = header;
  return {
    offset: lastOffset,
    timestampMs: header.maxTimestampMs,
    key: null,
    value: batch,
    headers: [],
    defect: {
      reason: 'decompression_failed',
      message: `the batch of offsets ${baseOffset} to ${lastOffset} cannot be unpacked: ${error.message}`,
    },
  };
}

/**
 * Tells for each batch in turn whether its transaction was aborted. A producer's batches are hidden
 * from the first offset of the aborted transaction up to the marker that ends it.
 */
function abortedFilter(aborted: readonly AbortedTransaction[]) {
  const waiting = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const hidden = new Set<number>();
  return ({ producerId, lastOffset, isControl, isTransactional }: BatchHeader): boolean => {
    for (let next = waiting[0]; next !== undefined && next.firstOffset <= lastOffset;) {
      hidden.add(next.producerId);
      waiting.shift();
      next = waiting[0];
    }
    // A producer has one transaction at a time, so any marker ends the one that is hidden.
    if (isControl) hidden.delete(producerId);
    return isTransactional && hidden.has(producerId);
  };
}
