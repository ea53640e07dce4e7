import { Field, FIELD_COUNT } from '../../flow/dialects/fields.ts';
import type { RecordCore } from '../../flow/dialects/record-core.ts';
import { ROW } from '../../flow/record-sums.ts';
import { PLACES } from '../records/columns.ts';
import { Told } from './lane-words.ts';

/** First of the words that the lane is told and tells. */
const BASE = 1664;

/** Fields by which the lane finds its way, in the order in which it is told of them. */
const fields = [
  FIELD_COUNT,
  Field.record,
  Field.policies,
  Field.pending,
  Field.reporter,
  Field.startTime,
  Field.endTime,
  Field.connections,
  Field.bytesIn,
  Field.bytesOut,
];

/** So many records and so many of their bytes are taken at once. */
export const WINDOW_RECORDS = 4096;
export const WINDOW_BYTES = 262_144;
/** Zeros, which no text goes on beyond. */
const WINDOW_PADDING = 64;
/** Headers are known up to this. */
export const HEADERS_BYTES_MAX = 4096;
const OVERREAD_BYTES = 64;
export const HEADERS_ROOM = HEADERS_BYTES_MAX + OVERREAD_BYTES;
/** How many blocks of headers: see `known-headers.ts`. */
const HEADER_BLOCKS = 3;
const TEXTS_BYTES = 32_768;

/** The memory of the lane: what is told by name, and what lies in columns. */
export class LaneMemory {
  /** Bytes of the records of a window. */
  readonly window: Buffer;
  readonly places: Int32Array;
  readonly offsets: Float64Array;
  readonly timesMs: Float64Array;
  readonly rows: Float64Array;
  readonly out: Buffer;
  /** What is written into every record, and may be read beyond its end. */
  readonly texts: Buffer;
  /** Headers that are known, and what leaves in their place. */
  readonly headers: Buffer;
  readonly #words: DataView;

  constructor({ memory, words, lane }: RecordCore, laneBytes: number) {
    const { buffer } = memory;
    this.#words = words;
    let free = lane;
    const take = (bytes: number): number => {
      const at = free;
      free += bytes;
      return at;
    };
    const window = take(WINDOW_BYTES + WINDOW_PADDING);
    const places = take(4 * PLACES * WINDOW_RECORDS);
    const offsets = take(8 * WINDOW_RECORDS);
    const times = take(8 * WINDOW_RECORDS);
    const rows = take(8 * ROW * WINDOW_RECORDS);
    const texts = take(TEXTS_BYTES);
    const headers = take(HEADER_BLOCKS * HEADERS_ROOM);
    const outBytes = lane + laneBytes - OVERREAD_BYTES - free;
    const out = take(outBytes);
    this.window = memory.subarray(window, window + WINDOW_BYTES + WINDOW_PADDING);
    this.places = new Int32Array(buffer, places, PLACES * WINDOW_RECORDS);
    this.offsets = new Float64Array(buffer, offsets, WINDOW_RECORDS);
    this.timesMs = new Float64Array(buffer, times, WINDOW_RECORDS);
    this.rows = new Float64Array(buffer, rows, ROW * WINDOW_RECORDS);
    this.texts = memory.subarray(texts, texts + TEXTS_BYTES);
    this.headers = memory.subarray(headers, headers + HEADER_BLOCKS * HEADERS_ROOM);
    this.out = memory.subarray(out, out + outBytes);
    for (const [i, field] of fields.entries()) words.setUint32(BASE + 4 * i, field, true);
    this.tell({ places, recordOffsets: offsets, times, rows, out, outEnd: out + outBytes });
  }

  /** Where the window begins. */
  get windowAt(): number {
    return this.window.byteOffset;
  }

  tell(values: Partial<Record<keyof typeof Told, number>>): void {
    const places: Readonly<Record<string, number>> = Told;
    for (const [name, value] of Object.entries(values)) this.set(places[name]!, value);
  }

  /** Records may have one of these layouts. */
  tellLayouts(layouts: readonly number[]): void {
    this.set(Told.layoutsCount, layouts.length);
    for (const [i, layout] of layouts.entries()) this.set(Told.layouts + 4 * i, layout);
  }

  set(what: number, value: number): void {
    this.#words.setUint32(BASE + what, value, true);
  }

  get(what: number): number {
    return this.#words.getUint32(BASE + what, true);
  }

  setExactly(what: number, value: number): void {
    this.#words.setFloat64(BASE + what, value, true);
  }

  getExactly(what: number): number {
    return this.#words.getFloat64(BASE + what, true);
  }

  setSigned(what: number, value: number): void {
    this.#words.setInt32(BASE + what, value, true);
  }
}
