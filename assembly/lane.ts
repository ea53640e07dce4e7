// Takes records of a batch whose decision is known from where they came to where they leave: scanned, numbered,
// written with their answer, counted in a row each. It stops at the first record that is not of the plainest kind, and
// the host takes that one.
import { countOf, endOf, firstOf, has, startOf, timeOf } from './fields';
import { LANE } from './layout';
import { answerOfRun, numberOfRun } from './intern';
import { numberOf, whole } from './number';
import { ASCII, fieldsThere, record, scanAt } from './scan';
import { copy, Varint, writeDigits, writeVarint } from './write';

// What the host says, by offset from LANE: as in src/stage/lane/lane-memory.ts.
const FIELDS: usize = 0;
const RECORD_FIELD: usize = 4;
const POLICIES_FIELD: usize = 8;
const PENDING_FIELD: usize = 12;
const REPORTER_FIELD: usize = 16;
/** Start and end of a flow, connections, bytes in and out. */
const START_FIELD: usize = 20;
const END_FIELD: usize = 24;
const CONNECTIONS_FIELD: usize = 28;
const BYTES_IN_FIELD: usize = 32;
const BYTES_OUT_FIELD: usize = 36;
const LISTS: usize = 40;
const RECORD_BYTES_MAX: usize = 44;
const OUTPUT_BYTES_MAX: usize = 48;
const DECISIONS_MAX: usize = 52;
const CHUNK_RECORDS_MAX: usize = 56;
const CHUNK_BYTES_MAX: usize = 60;
const STAMP: usize = 64;
const TAILS: usize = 68;
/** `flow-source` but for the offset, and how many bytes of it are value. */
const SOURCE: usize = 72;
const SOURCE_BYTES: usize = 76;
const SOURCE_VALUE_BYTES: usize = 80;
/** Headers that leave as they came: where, how long, how many, bytes of their names and values. */
const HEADERS: usize = 84;
const HEADERS_BYTES: usize = 88;
const HEADERS_COUNT: usize = 92;
const HEADERS_CONTENT: usize = 96;
const LAYOUT: usize = 100;
/** Beginnings of flows from the one up to the other have one class; so has none at all. */
const TIME_FROM: usize = 104;
const TIME_TO: usize = 112;
const TIME_CLASS: usize = 120;
const NO_TIME_CLASS: usize = 124;
/** Columns of the records: six places each, offsets, times; what to add to a place. */
const PLACES: usize = 128;
const RECORD_OFFSETS: usize = 132;
const TIMES: usize = 136;
const SHIFT: usize = 140;
/** Four numbers a record that was written. */
const ROWS: usize = 144;
const OUT: usize = 148;
const OUT_END: usize = 152;
// The chunk: what it holds, and what this adds.
const CHUNK_RECORDS: usize = 156;
const CHUNK_BYTES: usize = 160;
const WRITTEN: usize = 164;
const BASE_TIME: usize = 168;
const MAX_TIME: usize = 176;
/** The first record that was not taken, and the room that it wants. */
const NEXT: usize = 184;
const NEEDED: usize = 188;
/** How records are written, and which tail tells those that are not. */
const FRAMING: usize = 192;
const UNWANTED: usize = 196;
const LINES: i32 = 1;
/** They are only counted, by the number of what was judged instead of its answer's. */
const NOTHING: i32 = 2;

const ALL: i32 = 0;
/** The host is to take the record at NEXT. */
const PECULIAR: i32 = 1;
/** The chunk has no room for it, or the memory to write in. */
const FULL: i32 = 2;
/** Its time is in another class, which TIME_FROM then holds. */
const OTHER_TIME: i32 = 3;

// A layout: the shape, the number of its form, the fields of which it has none, how it spells the reporter, texts
// to put before a list that was not there and before our member, and of which fields it has all of one group.
const SHAPE: usize = 0;
const FORM: usize = 4;
const REFUSED: usize = 8;
const REPORTER: usize = 16;
const IN_POLICIES: usize = 20;
const IN_EMPTY_POLICIES: usize = 28;
const IN_RECORD: usize = 36;
const GROUPS: usize = 44;
const GROUP: usize = 48;
const BY_NUMBER: i32 = 1;
const BY_WORD: i32 = 2;

// An answer: its number, lengths of the pending list and of our member, where in that the time goes, which tail; then
// the bytes of both.
const PENDING_BYTES: usize = 4;
const MEMBER_BYTES: usize = 8;
const STAMP_AT: usize = 12;
const TAIL: usize = 16;
const ANSWER: usize = 20;

// A tail: where, how long, how many headers, bytes of their names and values.
const TAIL_BYTES: usize = 4;
const TAIL_COUNT: usize = 8;
const TAIL_CONTENT: usize = 12;
const TAIL_SIZE: usize = 16;

const DELTAS_BYTES_MAX: usize = 21;
const LINE_FEED: u8 = 0x0a;
const QUOTE: i32 = 0x22;
const OPEN_BRACKET: i32 = 0x5b;
const OPEN_BRACE: i32 = 0x7b;
const CLOSE_BRACE: i32 = 0x7d;
const LOWER_N: i32 = 0x6e;

function word(at: usize): usize {
  return <usize>load<u32>(LANE + at);
}

function number(at: usize): i32 {
  return load<i32>(LANE + at);
}

/** Takes the records from the first up to the last, as far as it goes, and says why it stopped. */
export function judge(from: i32, to: i32): i32 {
  const isWritten = number(FRAMING) != NOTHING;
  let out = word(OUT);
  let row = word(ROWS);
  let reason = ALL;
  let i = from;
  for (; i < to; i += 1) {
    const places = word(PLACES) + 24 * <usize>i;
    reason = recognise(places);
    if (reason != ALL) break;
    if (isWritten) {
      const after = write(i, places, out);
      if (after == 0) {
        reason = number(NEEDED) == 0 ? PECULIAR : FULL;
        break;
      }
      out = after;
      store<f64>(row, <f64>load<u32>(answer));
    } else {
      store<f64>(row, <f64>numberOfRun(whole));
    }
    store<f64>(row, connections, 8);
    store<f64>(row, bytes, 16);
    store<f64>(row, eventMs, 24);
    row += 32;
  }
  store<i32>(LANE + NEXT, i);
  store<u32>(LANE + WRITTEN, <u32>(out - word(OUT)));
  return reason;
}

// Of the record that was recognised last.
let end: usize = 0;
let headersAt: usize = 0;
let headersBytes: usize = 0;
let answer: usize = 0;
let connections: f64 = 0;
let bytes: f64 = 0;
let eventMs: f64 = 0;

function recognise(places: usize): i32 {
  const length = load<i32>(places, 12);
  if (length < 0 || length > number(RECORD_BYTES_MAX)) return PECULIAR;
  end = word(SHIFT) + <usize>load<u32>(places, 8);
  if (!areHeadersKnown(places)) return PECULIAR;
  const layout = word(LAYOUT);
  const shape = <usize>load<u32>(layout + SHAPE);
  if (scanAt(end - <usize>length, end, shape, number(FIELDS), number(RECORD_FIELD)) != ASCII)
    return PECULIAR;
  if (!isOfLayout(layout) || !isPlain()) return PECULIAR;
  const startMs = timeOf(number(START_FIELD));
  const endMs = timeOf(number(END_FIELD));
  connections = countOf(number(CONNECTIONS_FIELD));
  const bytesIn = countOf(number(BYTES_IN_FIELD));
  const bytesOut = countOf(number(BYTES_OUT_FIELD));
  if (startMs < 0 || endMs < 0 || connections < 0 || bytesIn < 0 || bytesOut < 0) return PECULIAR;
  bytes = bytesIn + bytesOut;
  eventMs = endMs == 0 ? startMs : endMs;
  let timeClass = number(NO_TIME_CLASS);
  if (startMs != 0) {
    if (startMs < load<f64>(LANE + TIME_FROM) || startMs > load<f64>(LANE + TIME_TO)) {
      store<f64>(LANE + TIME_FROM, startMs);
      return OTHER_TIME;
    }
    timeClass = number(TIME_CLASS);
  }
  const ofRecord = numberOf(word(LISTS), timeClass, load<i32>(layout + FORM));
  if (ofRecord < 0 || ofRecord >= number(DECISIONS_MAX)) return PECULIAR;
  answer = answerOfRun(whole);
  return answer == 0 ? PECULIAR : ALL;
}

/** Whether it has none, or those that the host has seen. */
function areHeadersKnown(places: usize): bool {
  const count = load<i32>(places, 16);
  headersBytes = 0;
  if (count == 0) return true;
  if (count != number(HEADERS_COUNT)) return false;
  headersBytes = word(HEADERS_BYTES);
  headersAt = word(SHIFT) + <usize>load<u32>(places, 20) - headersBytes;
  if (headersAt < end) return false;
  const known = word(HEADERS);
  let at: usize = 0;
  for (; at + 8 <= headersBytes; at += 8) {
    if (load<u64>(known + at) != load<u64>(headersAt + at)) return false;
  }
  for (; at < headersBytes; at += 1) {
    if (load<u8>(known + at) != load<u8>(headersAt + at)) return false;
  }
  return headersAt - end == (count < 64 ? 1 : 2);
}

function isOfLayout(layout: usize): bool {
  if ((fieldsThere & load<u64>(layout + REFUSED)) != 0) return false;
  const spelt = load<i32>(layout + REPORTER);
  if (spelt != 0) {
    const field = number(REPORTER_FIELD);
    const isWord = has(field) && firstOf(field) == QUOTE;
    if (spelt != (isWord ? BY_WORD : BY_NUMBER)) return false;
  }
  const groups = load<i32>(layout + GROUPS);
  for (let i = 0; i < groups; i += 1) {
    const group = load<u64>(layout + GROUP + ((<usize>i) << 3));
    if ((fieldsThere & group) == group) return true;
  }
  return false;
}

/** Whether a list can be put into its policies, or takes the place of one. */
function isPlain(): bool {
  const field = number(POLICIES_FIELD);
  if (!has(field) || firstOf(field) != OPEN_BRACE) return false;
  if (!has(number(PENDING_FIELD))) return true;
  const first = firstOf(number(PENDING_FIELD));
  return first == OPEN_BRACKET || first == LOWER_N;
}

// Of the value that is written: what is left out of the record and what is put there.
let gapFrom: usize = 0;
let gapTo: usize = 0;
let before: usize = 0;
let beforeBytes: usize = 0;
let valueBytes: usize = 0;

function measureValue(): void {
  const layout = word(LAYOUT);
  const pending = number(PENDING_FIELD);
  beforeBytes = 0;
  if (has(pending)) {
    gapFrom = startOf(pending);
    gapTo = endOf(pending);
  } else {
    const policies = number(POLICIES_FIELD);
    gapFrom = gapTo = endOf(policies) - 1;
    const text = layout + (isEmptyObject(startOf(policies)) ? IN_EMPTY_POLICIES : IN_POLICIES);
    before = <usize>load<u32>(text);
    beforeBytes = <usize>load<u32>(text, 4);
  }
  valueBytes =
    end -
    record -
    (gapTo - gapFrom) +
    beforeBytes +
    <usize>load<u32>(answer + PENDING_BYTES) +
    <usize>load<u32>(layout + IN_RECORD, 4) +
    <usize>load<u32>(answer + MEMBER_BYTES);
}

function writeValue(out: usize): usize {
  const layout = word(LAYOUT);
  const close = endOf(number(RECORD_FIELD)) - 1;
  const pendingBytes = <usize>load<u32>(answer + PENDING_BYTES);
  let at = copy(out, record, gapFrom - record);
  at = copy(at, before, beforeBytes);
  at = copy(at, answer + ANSWER, pendingBytes);
  at = copy(at, gapTo, close - gapTo);
  at = copy(at, <usize>load<u32>(layout + IN_RECORD), <usize>load<u32>(layout + IN_RECORD, 4));
  const member = at;
  at = copy(at, answer + ANSWER + pendingBytes, <usize>load<u32>(answer + MEMBER_BYTES));
  const stamp = member + <usize>load<u32>(answer + STAMP_AT);
  v128.store(stamp, v128.load(word(STAMP)));
  store<u64>(stamp, load<u64>(word(STAMP), 16), 16);
  return copy(at, close, end - close);
}

/** Where the next record goes; 0 = there is no room, NEEDED says for how much, and 0 that it is too large. */
function write(index: i32, places: usize, out: usize): usize {
  if (load<i32>(answer + TAIL) == number(UNWANTED)) return out;
  measureValue();
  const tail = word(TAILS) + <usize>load<u32>(answer + TAIL) * TAIL_SIZE;
  const offset = <i64>load<f64>(word(RECORD_OFFSETS) + ((<usize>index) << 3));
  const digits = digitsOf(offset);
  const keyBytes = load<i32>(places, 4);
  const keyLength: usize = keyBytes < 0 ? 0 : <usize>keyBytes;
  const keptBytes: usize = headersBytes == 0 ? 0 : word(HEADERS_CONTENT);
  // However it is written, it must be what a topic takes.
  const contentBytes =
    keyLength +
    valueBytes +
    11 +
    word(SOURCE_VALUE_BYTES) +
    digits +
    <usize>load<u32>(tail + TAIL_CONTENT) +
    keptBytes;
  store<i32>(LANE + NEEDED, 0);
  if (contentBytes > word(OUTPUT_BYTES_MAX)) return 0;
  if (number(FRAMING) == LINES) return writeLine(out);
  return writeRecord(index, places, out);
}

function writeLine(out: usize): usize {
  if (!hasRoom(out, valueBytes + 1)) return 0;
  store<i32>(LANE + CHUNK_RECORDS, number(CHUNK_RECORDS) + 1);
  const at = writeValue(out);
  store<u8>(at, LINE_FEED);
  return at + 1;
}

function hasRoom(out: usize, needed: usize): bool {
  const filled = <i64>(out - word(OUT)) + <i64>number(CHUNK_BYTES);
  const isFull =
    number(CHUNK_RECORDS) >= number(CHUNK_RECORDS_MAX) ||
    filled + <i64>needed > <i64>number(CHUNK_BYTES_MAX);
  if (!isFull && out + needed <= word(OUT_END)) return true;
  store<i32>(LANE + NEEDED, <i32>needed);
  return false;
}

/** As Kafka lays out a record. */
function writeRecord(index: i32, places: usize, out: usize): usize {
  const tail = word(TAILS) + <usize>load<u32>(answer + TAIL) * TAIL_SIZE;
  const offset = <i64>load<f64>(word(RECORD_OFFSETS) + ((<usize>index) << 3));
  const digits = digitsOf(offset);
  const sourceBytes = word(SOURCE_VALUE_BYTES) + digits;
  const keyBytes = load<i32>(places, 4);
  const keyLength: usize = keyBytes < 0 ? 0 : <usize>keyBytes;
  const headerCount = load<i32>(places, 16) + 1 + load<i32>(tail + TAIL_COUNT);
  const rest =
    Varint.size(keyBytes) +
    keyLength +
    Varint.size(valueBytes) +
    valueBytes +
    Varint.size(headerCount) +
    headersBytes +
    word(SOURCE_BYTES) +
    Varint.size(sourceBytes) -
    1 +
    digits +
    <usize>load<u32>(tail + TAIL_BYTES);
  if (!hasRoom(out, rest + DELTAS_BYTES_MAX)) return 0;
  const timeMs = load<f64>(word(TIMES) + ((<usize>index) << 3));
  const inChunk = number(CHUNK_RECORDS);
  if (inChunk == 0) {
    store<f64>(LANE + BASE_TIME, timeMs);
    store<f64>(LANE + MAX_TIME, timeMs);
  } else if (timeMs > load<f64>(LANE + MAX_TIME)) {
    store<f64>(LANE + MAX_TIME, timeMs);
  }
  const delta = <i64>(timeMs - load<f64>(LANE + BASE_TIME));
  store<i32>(LANE + CHUNK_RECORDS, inChunk + 1);

  let at = writeVarint(out, <i64>(1 + Varint.size(delta) + Varint.size(inChunk) + rest));
  store<u8>(at, 0); // attributes: none are in use
  at = writeVarint(at + 1, delta);
  at = writeVarint(at, <i64>inChunk);
  at = writeVarint(at, <i64>keyBytes);
  if (keyLength > 0) at = copy(at, word(SHIFT) + <usize>load<u32>(places) - keyLength, keyLength);
  at = writeVarint(at, <i64>valueBytes);
  at = writeValue(at);
  at = writeVarint(at, <i64>headerCount);
  at = copy(at, headersAt, headersBytes);
  at = writeSource(at, offset, digits);
  return copy(at, <usize>load<u32>(tail), <usize>load<u32>(tail + TAIL_BYTES));
}

/** The name and a byte for its length come first, the value's length is put between them and the value. */
function writeSource(out: usize, offset: i64, digits: usize): usize {
  const valueBytes = word(SOURCE_VALUE_BYTES);
  const nameBytes = word(SOURCE_BYTES) - 1 - valueBytes;
  const source = word(SOURCE);
  let at = copy(out, source, nameBytes);
  at = writeVarint(at, <i64>(valueBytes + digits));
  at = copy(at, source + nameBytes, valueBytes);
  return writeDigits(at, offset, digits);
}

function isEmptyObject(at: usize): bool {
  let next = at + 1;
  while (<i32>load<u8>(next) <= 0x20) next += 1;
  return <i32>load<u8>(next) == CLOSE_BRACE;
}

function digitsOf(value: i64): usize {
  let count: usize = 1;
  for (let bound: i64 = 10; value >= bound; bound *= 10) count += 1;
  return count;
}
