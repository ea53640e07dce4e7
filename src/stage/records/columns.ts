// Hot: measured by bench/micro/wire.bench.ts.
import type { Header, InputRecord, InputRecords } from '../ports.ts';
import { ByteReader } from './byte-reader.ts';
import { PackedHeaders } from './packed-headers.ts';

/** One entry a record, but for the bytes that all of them lie in. */
export type Columns = Pick<RecordColumns, 'bytes' | 'offsets' | 'timesMs' | 'places'>;

/**
 * The records of a batch, decompressed, as columns of where their parts lie. Nothing is made of a record
 * before it is asked for, and then views of the bytes.
 */
export class RecordColumns implements InputRecords {
  readonly length: number;
  readonly bytes: Buffer;
  offsets: Float64Array;
  timesMs: Float64Array;
  /**
   * `PLACES` numbers a record: where its key ends and how long it is, -1 = `null`; the same of its value; how many
   * headers it has; where it ends.
   */
  places: Int32Array;
  #giveBack: (() => void) | null;

  /** `giveBack` takes the memory of the columns back. */
  constructor({ bytes, offsets, timesMs, places }: Columns, giveBack: (() => void) | null = null) {
    this.#giveBack = giveBack;
    this.length = offsets.length;
    this.bytes = bytes;
    this.offsets = offsets;
    this.timesMs = timesMs;
    this.places = places;
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
    return this.places[PLACES * index + Place.end]!;
  }

  /** Where a record begins, its length included. */
  startOf(index: number): number {
    return index === 0 ? 0 : this.endOf(index - 1);
  }

  /** Nobody will look at the records again. */
  release(): void {
    if (this.#giveBack === null) return;
    [this.offsets, this.timesMs, this.places] = [NO_TIMES, NO_TIMES, NO_PLACES];
    this.#giveBack();
    this.#giveBack = null;
  }

  *[Symbol.iterator](): Generator<InputRecord> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
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
    return this.#part(Place.keyEnd);
  }

  get value(): Buffer | null {
    return this.#part(Place.valueEnd);
  }

  get headers(): readonly Header[] {
    return this.packed?.headers() ?? NO_HEADERS;
  }

  get packed(): PackedHeaders | null {
    const { bytes, places } = this.#columns;
    const count = places[PLACES * this.#index + Place.headers]!;
    if (count === 0) return null;
    const reader = new ByteReader(bytes, places[PLACES * this.#index + Place.valueEnd]);
    reader.varint(); // their number
    return new PackedHeaders(
      bytes.subarray(reader.at, places[PLACES * this.#index + Place.end]),
      count,
    );
  }

  #part(end: number): Buffer | null {
    const { bytes, places } = this.#columns;
    const at = PLACES * this.#index + end;
    const length = places[at + 1]!;
    return length < 0 ? null : bytes.subarray(places[at]! - length, places[at]);
  }
}

/** Where in the places of a record each stands. */
export const Place = {
  keyEnd: 0,
  keyBytes: 1,
  valueEnd: 2,
  valueBytes: 3,
  headers: 4,
  end: 5,
} as const;
export const PLACES = Object.keys(Place).length;
const NO_HEADERS: readonly Header[] = [];
const NO_TIMES = new Float64Array();
const NO_PLACES = new Int32Array();
