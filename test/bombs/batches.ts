import { codecs } from '../../src/codecs/codecs.ts';
import { codecNumbers, layout } from '../../src/kafka/wire/batch-header.ts';
import { ByteWriter, varintBytes } from '../../src/stage/records/byte-writer.ts';
import { crc32c } from '../../src/kafka/wire/crc32c.ts';
import type { CodecName } from '../../src/codecs/codec.ts';
import type { OutputRecord } from '../../src/stage/ports.ts';
import { batchOfRecords } from '../support/wire-bytes.ts';

const ordinary = {
  codec: 0,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
  isTransactional: false,
};

/** A batch of one record. */
export async function batchOf(value: Buffer | string | null): Promise<Buffer> {
  return batchOfAll([recordOf(typeof value === 'string' ? Buffer.from(value) : value)]);
}

export function recordOf(value: Buffer | null): OutputRecord {
  return { timestampMs: 1, key: null, value, headers: [] };
}

export async function batchOfAll(
  records: readonly OutputRecord[],
  codec: CodecName | null = null,
): Promise<Buffer> {
  return batchOfRecords(records, { ...ordinary, codec: codecNumbers.indexOf(codec) });
}

/** A batch with a right checksum whose records are these bytes, whatever they are. */
export async function batchAround(
  packed: Uint8Array,
  { codec, count }: { readonly codec: CodecName | null; readonly count: number },
): Promise<Buffer> {
  const batch = Buffer.concat([(await batchOf('')).subarray(0, layout.headerBytes), packed]);
  batch.writeInt32BE(batch.length - layout.prefixBytes, 8);
  batch.writeInt16BE(codecNumbers.indexOf(codec), 21);
  batch.writeInt32BE(Math.max(0, count - 1), 23);
  batch.writeInt32BE(count, 57);
  return sealed(batch);
}

/** The same with the bytes packed. */
export async function batchPacking(
  bytes: Uint8Array,
  { codec, count }: { readonly codec: CodecName; readonly count: number },
): Promise<Buffer> {
  return batchAround(await codecs[codec].compress(bytes), { codec, count });
}

/** A batch changed by hand, its checksum right again. */
export async function batchEdited(value: string, edit: (batch: Buffer) => void): Promise<Buffer> {
  const batch = await batchOf(value);
  edit(batch);
  return sealed(batch);
}

/** One record without key and value, of `count` headers without name and value. */
export function bytesOfHeaders(count: number): Buffer {
  const size = 5 + varintBytes(count) + 2 * count;
  const writer = new ByteWriter(Buffer.alloc(varintBytes(size) + size));
  writer.varint(size);
  writer.int8(0); // attributes
  writer.varint(0); // time
  writer.varint(0); // offset
  writer.varint(-1); // key
  writer.varint(-1); // value
  writer.varint(count);
  for (let index = 0; index < count; index += 1) {
    writer.varint(0);
    writer.varint(-1);
  }
  return writer.bytes;
}

function sealed(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(layout.crcFrom)), layout.crcAt);
  return batch;
}
