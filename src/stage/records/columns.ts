// Hot: measured by bench/micro/wire.bench.ts.
import { asBuffer } from '../../std/as-buffer.ts';
import type { Header, InputRecord, InputRecords } from '../ports.ts';
import { ByteReader, WireError } from './byte-reader.ts';
import { PackedHeaders } from './packed-headers.ts';

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
 * The records of a batch, decompressed, as columns of where their parts lie. Nothing is made of a record
 * before it is asked for, and then views of the bytes.
 */
export class RecordColumns implements InputRecords {
  readonly length: number;
  readonly bytes: Buffer;
  readonly offsets: Float64Array;
  readonly timesMs: Float64Array;
  /**
   * Six numbers a record: where its key ends and how long it is, -1 = `null`; the same of its value; how many headers
   * it has; where it ends.
   */
  readonly places: Int32Array;

  /** @throws WireError if the bytes are not as many records as `of` says, or have too many headers */
  constructor(bytes: Buffer, of: ColumnsOf, headersMax: number) {
    const { recordCount } = of;
    if (recordCount < 0) throw new WireError('a negative number of records');
    // No record is shorter, so a number that cannot be true costs no memory.
    if (recordCount * RECORD_BYTES_MIN > bytes.length) throw new WireError('records cut short');
    this.length = recordCount;
    this.bytes = bytes;
    this.offsets = new Float64Array(recordCount);
    this.timesMs = new Float64Array(recordCount);
    this.places = new Int32Array(PLACES * recordCount);
    const reader = new ByteReader(bytes);
    let headersLeft = headersMax;
    for (let index = 0; index < recordCount; index += 1) {
      headersLeft -= this.#read(index, reader, of, headersLeft);
    }
    if (reader.left > 0) throw new WireError('more bytes than its records have');
  }

  /** Whether every offset is at least `from` and below `to`. */
  areWithin(from: number, to: number): boolean {
    for (let index = 0; index < this.length; index += 1) {
      const offset = this.offsets[index]!;
      if (offset < from || offset >= to) return false;
    }
    return true;
  }

  /** A view of one record. */
  at(index: number): InputRecord {
    return new RecordView(this, index);
  }

  /** Where, in the bytes, a record ends. */
  endOf(index: number): number {
    return this.places[PLACES * index + END]!;
  }

  /** Where a record begins, its length included. */
  startOf(index: number): number {
    return index === 0 ? 0 : this.endOf(index - 1);
  }

  *[Symbol.iterator](): Generator<InputRecord> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }

  #read(index: number, reader: ByteReader, of: ColumnsOf, headersMax: number): number {
    const length = reader.varint();
    const endsWith = reader.left - length;
    reader.skip(1); // attributes: none are in use
    const timestampDelta = reader.varint();
    const offset = of.baseOffset + reader.varint();
    if (offset < of.baseOffset || offset > of.lastOffset) {
      throw new WireError('a record beyond the offsets of its batch');
    }
    this.offsets[index] = offset;
    this.timesMs[index] = of.isLogAppendTime
      ? of.maxTimestampMs
      : of.baseTimestampMs + timestampDelta;
    const place = PLACES * index;
    const { places } = this;
    const keyBytes = reader.skipVarintBytes();
    places[place + KEY_END] = reader.at;
    places[place + KEY_BYTES] = keyBytes;
    const valueBytes = reader.skipVarintBytes();
    places[place + VALUE_END] = reader.at;
    places[place + VALUE_BYTES] = valueBytes;
    const headers = skipHeaders(reader, headersMax);
    places[place + HEADERS] = headers;
    places[place + END] = reader.at;
    if (reader.left !== endsWith) throw new WireError('a record of another length than it says');
    return headers;
  }
}

/** One record of a batch. */
class RecordView implements InputRecord {
  readonly #columns: RecordColumns;
  readonly #index: number;

  constructor(columns: RecordColumns, index: number) {
    this.#columns = columns;
    this.#index = index;
  }

  get offset(): number {
    return this.#columns.offsets[this.#index]!;
  }

  get timestampMs(): number {
    return this.#columns.timesMs[this.#index]!;
  }

  get key(): Buffer | null {
    return this.#part(KEY_END);
  }

  get value(): Buffer | null {
    return this.#part(VALUE_END);
  }

  get headers(): readonly Header[] {
    return this.packed?.headers() ?? NO_HEADERS;
  }

  get packed(): PackedHeaders | null {
    const { bytes, places } = this.#columns;
    const count = places[PLACES * this.#index + HEADERS]!;
    if (count === 0) return null;
    const reader = new ByteReader(bytes, places[PLACES * this.#index + VALUE_END]);
    reader.varint(); // their number
    return new PackedHeaders(bytes.subarray(reader.at, places[PLACES * this.#index + END]), count);
  }

  #part(end: number): Buffer | null {
    const { bytes, places } = this.#columns;
    const at = PLACES * this.#index + end;
    const length = places[at + 1]!;
    return length < 0 ? null : bytes.subarray(places[at]! - length, places[at]);
  }
}

/** The records of a whole batch, which has been checked before. */
export function recordsIn(bytes: Uint8Array, of: ColumnsOf): RecordColumns {
  return new RecordColumns(asBuffer(bytes), of, Infinity);
}

const KEY_END = 0;
const KEY_BYTES = 1;
const VALUE_END = 2;
const VALUE_BYTES = 3;
const HEADERS = 4;
const END = 5;
const PLACES = 6;
/** The length, attributes, time, offset, key, value and number of headers take a byte each. */
const RECORD_BYTES_MIN = 7;
const NO_HEADERS: readonly Header[] = [];

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
