// Hot: measured by bench/micro/wire.bench.ts.
import { asBuffer } from '../../std/as-buffer.ts';
import { SpareMemory } from '../../std/spare-memory.ts';
import { ByteReader, WireError } from './byte-reader.ts';
import { Place, PLACES, RecordColumns } from './columns.ts';
import type { Columns } from './columns.ts';

/** What the header of a batch says of all its records. */
export interface ColumnsOf {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  /** Every record has the last of these times. */
  readonly isLogAppendTime: boolean;
  readonly recordCount: number;
}

/**
 * The records of a batch of Kafka's, which is checked whole. `free` is called when they are released.
 * @throws WireError if the bytes are not as many records as `of` says, or have too many headers
 */
export function readColumns(
  bytes: Buffer,
  of: ColumnsOf,
  headersMax: number,
  free: () => void = nothing,
): RecordColumns {
  const { recordCount } = of;
  if (recordCount < 0) throw new WireError('a negative number of records');
  // No record is shorter, so a number that cannot be true costs no memory.
  if (recordCount * RECORD_BYTES_MIN > bytes.length) throw new WireError('records cut short');
  const memory = spare.take(COLUMNS_BYTES * recordCount);
  const columns: Columns = {
    bytes,
    offsets: new Float64Array(memory, 0, recordCount),
    timesMs: new Float64Array(memory, 8 * recordCount, recordCount),
    places: new Int32Array(memory, 16 * recordCount, PLACES * recordCount),
  };
  const reader = new ByteReader(bytes);
  const batch = { columns, reader, of };
  let headersLeft = headersMax;
  for (let index = 0; index < recordCount; index += 1) {
    headersLeft -= readRecord(index, batch, headersLeft);
  }
  if (reader.left > 0) throw new WireError('more bytes than its records have');
  return new RecordColumns(columns, () => {
    spare.give(memory);
    free();
  });
}

function nothing(): void {}

/** Of a record: its offset, its time, its places. */
const COLUMNS_BYTES = 8 + 8 + 4 * PLACES;
/** What batches of some hundred thousand records need. */
const spare = new SpareMemory(8 * 1024 * 1024);

/** The records of a whole batch, which has been checked before. */
export function recordsIn(bytes: Uint8Array, of: ColumnsOf): RecordColumns {
  return readColumns(asBuffer(bytes), of, Infinity);
}

interface BatchRead {
  readonly columns: Columns;
  readonly reader: ByteReader;
  readonly of: ColumnsOf;
}

/** How many headers the record has. */
function readRecord(index: number, { columns, reader, of }: BatchRead, headersMax: number): number {
  const length = reader.varint();
  const endsWith = reader.left - length;
  reader.skip(1); // attributes: none are in use
  const timestampDelta = reader.varint();
  const offset = of.baseOffset + reader.varint();
  if (offset < of.baseOffset || offset > of.lastOffset) {
    throw new WireError('a record beyond the offsets of its batch');
  }
  columns.offsets[index] = offset;
  columns.timesMs[index] = of.isLogAppendTime
    ? of.maxTimestampMs
    : of.baseTimestampMs + timestampDelta;
  const place = PLACES * index;
  const { places } = columns;
  const keyBytes = reader.skipVarintBytes();
  places[place + Place.keyEnd] = reader.at;
  places[place + Place.keyBytes] = keyBytes;
  const valueBytes = reader.skipVarintBytes();
  places[place + Place.valueEnd] = reader.at;
  places[place + Place.valueBytes] = valueBytes;
  const headers = skipHeaders(reader, headersMax);
  places[place + Place.headers] = headers;
  places[place + Place.end] = reader.at;
  if (reader.left !== endsWith) throw new WireError('a record of another length than it says');
  return headers;
}

/** The length, attributes, time, offset, key, value and number of headers take a byte each. */
const RECORD_BYTES_MIN = 7;

/** How many there are. */
function skipHeaders(reader: ByteReader, headersMax: number): number {
  const count = reader.varint();
  if (count === 0) return 0;
  if (count < 0 || count > reader.left) throw new WireError('an impossible number of headers');
  // Each costs a hundred bytes of memory and as few as two of the batch.
  if (count > headersMax) throw new WireError('more headers than `limits.batchHeaders`');
  for (let index = 0; index < count; index += 1) {
    if (reader.skipVarintBytes() < 0) throw new WireError('a header without a name');
    reader.skipVarintBytes();
  }
  return count;
}
