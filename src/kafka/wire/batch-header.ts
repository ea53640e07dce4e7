import type { CodecName } from '../../codecs/codec.ts';
import { ByteReader } from '../../stage/records/byte-reader.ts';

/** A record batch of version 2: where its parts lie, in bytes. */
export const layout = {
  /** Before the records. */
  headerBytes: 61,
  /** Before what the length of a batch counts: the base offset and the length itself. */
  prefixBytes: 12,
  versionAt: 16,
  crcAt: 17,
  /** The checksum covers everything from here on. */
  crcFrom: 21,
} as const;

/** What stands before the records of a batch. */
export interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly crc: number;
  readonly codec: CodecName | null | 'unknown';
  readonly isLogAppendTime: boolean;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly recordCount: number;
}

/** By the lowest three bits of a batch's attributes. */
export const codecNumbers: readonly (CodecName | null)[] = [null, 'gzip', 'snappy', 'lz4', 'zstd'];

const logAppendTime = 0x08;
export const transactionalBit = 0x10;
const controlBit = 0x20;

/** Reads the header of a whole batch of version 2. */
export function readBatchHeader(batch: Buffer): BatchHeader {
  const reader = new ByteReader(batch);
  const baseOffset = reader.int64();
  reader.int32(); // length
  reader.int32(); // epoch of the leader
  reader.int8(); // version
  const crc = reader.uint32();
  const attributes = reader.int16();
  // Were it to lie before the first, the offset would never move.
  const lastOffset = baseOffset + Math.max(0, reader.int32());
  const baseTimestampMs = reader.int64();
  const maxTimestampMs = reader.int64();
  const producerId = reader.int64();
  reader.int16(); // epoch of the producer
  reader.int32(); // first sequence number
  const codec = codecNumbers[attributes & 7];
  return {
    baseOffset,
    lastOffset,
    crc,
    codec: codec === undefined ? 'unknown' : codec,
    isLogAppendTime: (attributes & logAppendTime) !== 0,
    isTransactional: (attributes & transactionalBit) !== 0,
    isControl: (attributes & controlBit) !== 0,
    baseTimestampMs,
    maxTimestampMs,
    producerId,
    recordCount: reader.int32(),
  };
}
