// The plain way to write a batch, in two passes and with an object a record: the second opinion on the
// chunks that the stage writes in place.
import { codecs } from '../../../src/codecs/codecs.ts';
import type { Header, OutputRecord } from '../../../src/stage/ports.ts';
import { codecNumbers, layout, transactionalBit } from '../../../src/kafka/wire/batch-header.ts';
import { ByteWriter, varintBytes } from '../../../src/stage/records/byte-writer.ts';
import { crc32c } from '../../../src/kafka/wire/crc32c.ts';
import type { BatchOptions } from '../../../src/kafka/wire/write-batch.ts';

/** One record batch of version 2. @throws CodecError */
export async function plainBatch(
  records: readonly OutputRecord[],
  options: BatchOptions,
): Promise<Buffer> {
  const baseTimestampMs = records[0]?.timestampMs ?? -1;
  const written = writeRecords(records, baseTimestampMs);
  const codec = codecNumbers[options.codec] ?? null;
  const packed =
    codec === null ? written : await codecs[codec].compress(written.subarray(layout.headerBytes));
  const batch = codec === null ? written : Buffer.allocUnsafe(layout.headerBytes + packed.length);
  if (codec !== null) batch.set(packed, layout.headerBytes);
  writeHeader(batch, { records, baseTimestampMs, options });
  return batch;
}

interface HeaderParts {
  readonly records: readonly OutputRecord[];
  readonly baseTimestampMs: number;
  readonly options: BatchOptions;
}

function writeHeader(batch: Buffer, { records, baseTimestampMs, options }: HeaderParts): void {
  let maxTimestampMs = baseTimestampMs;
  for (const { timestampMs } of records) {
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
  }
  const writer = new ByteWriter(batch);
  writer.int64(0); // the broker gives the offset
  writer.int32(batch.length - layout.prefixBytes);
  writer.int32(-1); // epoch of the leader: not known to a producer
  writer.int8(2); // version
  writer.int32(0); // the checksum, when all it covers is there
  writer.int16(options.codec | (options.isTransactional ? transactionalBit : 0));
  writer.int32(records.length - 1);
  writer.int64(baseTimestampMs);
  writer.int64(maxTimestampMs);
  writer.bigInt64(options.producerId);
  writer.int16(options.producerEpoch);
  writer.int32(options.firstSequence);
  writer.int32(records.length);
  batch.writeUInt32BE(crc32c(batch.subarray(layout.crcFrom)), layout.crcAt);
}

/** The records, after room for the header of a batch. */
function writeRecords(records: readonly OutputRecord[], baseTimestampMs: number): Buffer {
  const sizes = records.map((record, index) => sizeOf(record, index, baseTimestampMs));
  const total = sizes.reduce((sum, size) => sum + varintBytes(size) + size, layout.headerBytes);
  const writer = new ByteWriter(Buffer.allocUnsafe(total), layout.headerBytes);
  for (const [index, record] of records.entries()) {
    writer.varint(sizes[index] ?? 0);
    writer.int8(0); // attributes: none are in use
    writer.varint(record.timestampMs - baseTimestampMs);
    writer.varint(index);
    writer.varintBytes(record.key);
    writer.varintBytes(record.value);
    writeHeaders(writer, record.headers);
  }
  return writer.bytes;
}

function writeHeaders(writer: ByteWriter, headers: readonly Header[]): void {
  writer.varint(headers.length);
  for (const [name, value] of headers) {
    writer.varintText(name);
    writer.varintBytes(value);
  }
}

/** Bytes of a record after its length. */
function sizeOf(record: OutputRecord, index: number, baseTimestampMs: number): number {
  const { timestampMs, key, value, headers } = record;
  let size = 1 + varintBytes(timestampMs - baseTimestampMs) + varintBytes(index);
  size += sizeOfBytes(key) + sizeOfBytes(value) + varintBytes(headers.length);
  for (const [name, bytes] of headers) {
    const length = Buffer.byteLength(name);
    size += varintBytes(length) + length + sizeOfBytes(bytes);
  }
  return size;
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length;
}
