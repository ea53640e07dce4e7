import { writeBatch, type BatchOptions } from '../../src/kafka/wire/write-batch.ts';
import type { OutputRecord } from '../../src/stage/ports.ts';
import { ByteWriter } from '../../src/stage/records/byte-writer.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';

/** These records as one batch. */
export async function batchOfRecords(
  records: readonly OutputRecord[],
  options: BatchOptions,
): Promise<Buffer> {
  const [chunk] = packRecords(records).chunks();
  if (chunk === undefined) throw new Error('a batch of nothing');
  const { header, records: bytes } = await writeBatch(chunk, options);
  return Buffer.concat([header, bytes]);
}

/** An answer to a fetch, of one topic and partition, as a broker writes it in this version. */
export function fetchAnswer(version: number, records: Buffer): Buffer {
  const writer = new ByteWriter(Buffer.alloc(200 + records.length));
  writer.int32(77); // throttled for
  if (version >= 7) {
    writer.int16(0); // error
    writer.int32(5); // session
  }
  writer.int32(1); // topics
  writer.string('flows');
  writer.int32(1); // partitions
  writer.int32(3); // partition
  writer.int16(6); // error
  writer.int64(1000); // high watermark
  writer.int64(900); // last stable offset
  if (version >= 5) writer.int64(10); // first offset of the log
  writer.int32(-1); // aborted transactions
  if (version >= 11) writer.int32(2); // preferred replica
  writer.int32(records.length);
  writer.raw(records);
  return writer.bytes;
}

/** An answer about topics with what each allows (or the error it is refused with), as brokers write it. */
export function rightsAnswer(
  topics: readonly (readonly [name: string, errorCode: number, mask: number])[],
): Buffer {
  const writer = new ByteWriter(Buffer.alloc(1000));
  writer.int32(0); // throttled for
  writer.int32(1); // brokers
  writer.int32(1);
  writer.string('127.0.0.1');
  writer.int32(9092);
  writer.string(null); // rack
  writer.string('cluster');
  writer.int32(1); // controller
  writer.int32(topics.length);
  for (const [name, errorCode, mask] of topics) {
    writer.int16(errorCode);
    writer.string(name);
    writer.int8(0); // internal
    writer.int32(1); // partitions
    writer.int16(0);
    for (const value of [0, 1, 7]) writer.int32(value); // number, leader, its epoch
    for (const value of [2, 1, 2]) writer.int32(value); // replicas
    for (const value of [1, 1]) writer.int32(value); // in sync
    writer.int32(0); // offline
    writer.int32(mask);
  }
  writer.int32(-2_147_483_648); // nobody asked for those of the cluster
  return writer.bytes.subarray(0, writer.at);
}

/** A message of version 1 as it lay in logs before version 2, with nobody's checksum. */
export function legacyMessage(offset: number, value: Buffer, codec = 0): Buffer {
  const writer = new ByteWriter(Buffer.alloc(34 + value.length));
  writer.int64(offset);
  writer.int32(22 + value.length);
  writer.int32(0); // checksum
  writer.int8(1); // version
  writer.int8(codec);
  writer.int64(5); // time
  writer.int32(-1); // key
  writer.int32(value.length);
  writer.raw(value);
  return writer.bytes;
}
