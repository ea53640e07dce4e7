// Hot: measured by bench/micro/wire.bench.ts.
import type { Header, InputRecord } from '../../stage/ports.ts';
import type { BatchHeader } from './batch-header.ts';
import { ByteReader, WireError } from './byte-reader.ts';

/**
 * The records of a batch, decompressed. Keys and values are views of `bytes`.
 * @throws WireError if the bytes are not as many records as the header says, or have too many headers
 */
export function readRecords(bytes: Buffer, header: BatchHeader, headersMax: number): InputRecord[] {
  if (header.recordCount < 0) throw new WireError('a negative number of records');
  const reader = new ByteReader(bytes);
  const records: InputRecord[] = [];
  let headersLeft = headersMax;
  for (let index = 0; index < header.recordCount; index += 1) {
    const record = readRecord(reader, header, headersLeft);
    headersLeft -= record.headers.length;
    records.push(record);
  }
  if (reader.left > 0) throw new WireError('more bytes than its records have');
  return records;
}

function readRecord(reader: ByteReader, header: BatchHeader, headersMax: number): InputRecord {
  const length = reader.varint();
  const endsWith = reader.left - length;
  reader.int8(); // attributes: none are in use
  const timestampDelta = reader.varint();
  const offset = header.baseOffset + reader.varint();
  if (offset < header.baseOffset || offset > header.lastOffset) {
    throw new WireError('a record beyond the offsets of its batch');
  }
  const key = reader.varintBytes();
  const value = reader.varintBytes();
  const headers = readHeaders(reader, headersMax);
  if (reader.left !== endsWith) throw new WireError('a record of another length than it says');
  return {
    offset,
    timestampMs: header.isLogAppendTime
      ? header.maxTimestampMs
      : header.baseTimestampMs + timestampDelta,
    key,
    value,
    headers,
  };
}

const NO_HEADERS: readonly Header[] = [];

function readHeaders(reader: ByteReader, headersMax: number): readonly Header[] {
  const count = reader.varint();
  if (count === 0) return NO_HEADERS;
  if (count < 0 || count > reader.left) throw new WireError('an impossible number of headers');
  // Each costs a hundred bytes of memory and as few as two of the batch.
  if (count > headersMax) throw new WireError('more headers than `limits.batchHeaders`');
  const headers: Header[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = reader.varintBytes();
    if (name === null) throw new WireError('a header without a name');
    headers.push([name.toString('utf8'), reader.varintBytes()]);
  }
  return headers;
}
