// What the host tells the lane and what the lane tells, by offset from LANE: as in src/stage/lane/lane-words.ts.
import { LANE } from './layout';

export const FIELDS: usize = 0;
export const RECORD_FIELD: usize = 4;
export const POLICIES_FIELD: usize = 8;
export const PENDING_FIELD: usize = 12;
export const REPORTER_FIELD: usize = 16;
/** Start and end of a flow, connections, bytes in and out. */
export const START_FIELD: usize = 20;
export const END_FIELD: usize = 24;
export const CONNECTIONS_FIELD: usize = 28;
export const BYTES_IN_FIELD: usize = 32;
export const BYTES_OUT_FIELD: usize = 36;
export const RECORD_BYTES_MAX: usize = 40;
export const OUTPUT_BYTES_MAX: usize = 44;
export const DECISIONS_MAX: usize = 48;
export const CHUNK_RECORDS_MAX: usize = 52;
export const CHUNK_BYTES_MAX: usize = 56;
export const TAILS: usize = 60;
/** The time of the batch as each kind of record spells it: where, and how long. */
export const STAMPS: usize = 64;
/** `flow-source` but for the offset, and how many bytes of it are value. */
export const SOURCE: usize = 80;
export const SOURCE_BYTES: usize = 84;
export const SOURCE_VALUE_BYTES: usize = 88;
/** Headers that are known: where, how long, how many. */
export const HEADERS: usize = 92;
export const HEADERS_BYTES: usize = 96;
export const HEADERS_COUNT: usize = 100;
/** What leaves in their place, before ours and behind them; how many in all, bytes of their names and values. */
export const HEADERS_BEFORE: usize = 104;
export const HEADERS_BEFORE_BYTES: usize = 108;
export const HEADERS_AFTER: usize = 112;
export const HEADERS_AFTER_BYTES: usize = 116;
export const HEADERS_OUT_COUNT: usize = 120;
export const HEADERS_OUT_CONTENT: usize = 124;
/** The layout that they name; 0 = they name none. */
export const HEADERS_LAYOUT: usize = 128;
/** The layouts that other records may have. The one that the last record had comes first. */
export const LAYOUTS_COUNT: usize = 132;
export const LAYOUTS: usize = 136;
/** Beginnings of flows from the one up to the other have one class; so has none at all. */
export const TIME_FROM: usize = 168;
export const TIME_TO: usize = 176;
export const TIME_CLASS: usize = 184;
export const NO_TIME_CLASS: usize = 188;
/** Columns of the records: six places each, offsets, times; what to add to a place. */
export const PLACES: usize = 192;
export const RECORD_OFFSETS: usize = 196;
export const TIMES: usize = 200;
export const SHIFT: usize = 204;
/** Four numbers a record that was written. */
export const ROWS: usize = 208;
export const OUT: usize = 212;
export const OUT_END: usize = 216;
// The chunk: what it holds, and what this adds.
export const CHUNK_RECORDS: usize = 220;
export const CHUNK_BYTES: usize = 224;
export const WRITTEN: usize = 228;
export const BASE_TIME: usize = 232;
export const MAX_TIME: usize = 240;
/** The first record that was not taken, and the room that it wants. */
export const NEXT: usize = 248;
export const NEEDED: usize = 252;
/** How records are written, and which tail tells those that are not. */
export const FRAMING: usize = 256;
export const UNWANTED: usize = 260;
/** When the flow began whose answer is not known. */
export const START_MS: usize = 264;
export const LINES: i32 = 1;
/** They are only counted, by the number of what was judged instead of its answer's. */
export const NOTHING: i32 = 2;

export function word(at: usize): usize {
  return <usize>load<u32>(LANE + at);
}

export function number(at: usize): i32 {
  return load<i32>(LANE + at);
}

/** Of a record of the batch. */
export namespace Place {
  export const KEY_END: usize = 0;
  export const KEY_BYTES: usize = 4;
  export const VALUE_END: usize = 8;
  export const VALUE_BYTES: usize = 12;
  export const HEADERS: usize = 16;
  export const HEADERS_END: usize = 20;
  export const SIZE: usize = 24;
}
