// Hot: measured by bench/micro/wire.bench.ts.
import { codecs } from '../../codecs/codecs.ts';
import { ByteWriter } from '../../stage/records/byte-writer.ts';
import type { Chunk } from '../../stage/records/output-records.ts';
import { codecNumbers, layout, transactionalBit } from './batch-header.ts';
import { crc32c } from './crc32c.ts';

/** Who writes a batch, and how. */
export interface BatchOptions {
  /** By its number in a batch's attributes; 0 = none. */
  readonly codec: number;
  /** -1: a producer that is not idempotent. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly isTransactional: boolean;
}

/** A record batch of version 2 in two pieces. */
export interface BatchPieces {
  readonly header: Buffer;
  /** The bytes of the chunk itself unless they are compressed. */
  readonly records: Buffer;
}

/**
 * Makes a batch of a chunk, which stays as it is: should it have to be sent again, the first time may
 * still be under way.
 * @throws CodecError
 */
export async function writeBatch(chunk: Chunk, options: BatchOptions): Promise<BatchPieces> {
  const codec = codecNumbers[options.codec] ?? null;
  const records = codec === null ? chunk.bytes : await codecs[codec].compress(chunk.bytes);
  const header = Buffer.allocUnsafe(layout.headerBytes);
  const writer = new ByteWriter(header);
  writer.int64(0); // the broker gives the offset
  writer.int32(layout.headerBytes + records.length - layout.prefixBytes);
  writer.int32(-1); // epoch of the leader: not known to a producer
  writer.int8(2); // version
  writer.int32(0); // the checksum, when all it covers is there
  writer.int16(options.codec | (options.isTransactional ? transactionalBit : 0));
  writer.int32(chunk.records - 1);
  writer.int64(chunk.baseTimestampMs);
  writer.int64(chunk.maxTimestampMs);
  writer.bigInt64(options.producerId);
  writer.int16(options.producerEpoch);
  writer.int32(options.firstSequence);
  writer.int32(chunk.records);
  const crc = crc32c(records, crc32c(header.subarray(layout.crcFrom)));
  header.writeUInt32BE(crc, layout.crcAt);
  return { header, records };
}
