// Headers of records: of those that come, one kind is known at a time; ours are written behind them.
import * as told from './told';
import { number, Place, word } from './told';
import { copy, isSame, Varint, writeDigits, writeVarint } from './write';

// A tail: where, how long, how many headers, bytes of their names and values.
const TAIL_BYTES: usize = 4;
const TAIL_COUNT: usize = 8;
const TAIL_CONTENT: usize = 12;
const TAIL_SIZE: usize = 16;

/** Bytes of `flow-source`, the name. */
const SOURCE_NAME: usize = 11;

// Of the record in hand: whether it has headers, and what is written for it.
let isGiven: bool = false;
let tail: usize = 0;
let offset: i64 = 0;
let digits: usize = 0;

/** Whether the record, whose value ends at `end`, has none, or those that the host has seen. */
export function areKnown(places: usize, end: usize): bool {
  const count = load<i32>(places, Place.HEADERS);
  isGiven = count != 0;
  if (!isGiven) return true;
  if (count != number(told.HEADERS_COUNT)) return false;
  const length = word(told.HEADERS_BYTES);
  const at = word(told.SHIFT) + <usize>load<u32>(places, Place.HEADERS_END) - length;
  if (at < end || !isSame(word(told.HEADERS), at, length)) return false;
  return at - end == (count < 64 ? 1 : 2);
}

/** The layout that they name; 0 = they name none. */
export function layoutNamed(): usize {
  return isGiven ? word(told.HEADERS_LAYOUT) : 0;
}

/** What follows is about these. */
export function setOut(tailIndex: usize, recordOffset: i64): void {
  tail = word(told.TAILS) + tailIndex * TAIL_SIZE;
  offset = recordOffset;
  digits = digitsOf(recordOffset);
}

export function countOut(): i32 {
  return (isGiven ? number(told.HEADERS_OUT_COUNT) : 0) + 1 + load<i32>(tail + TAIL_COUNT);
}

/** Bytes of names and values. */
export function contentOut(): usize {
  const given = isGiven ? word(told.HEADERS_OUT_CONTENT) : 0;
  return given + SOURCE_NAME + sourceBytes() + <usize>load<u32>(tail + TAIL_CONTENT);
}

/** As they lie in a batch, but for their number. */
export function bytesOut(): usize {
  const given = isGiven ? word(told.HEADERS_BEFORE_BYTES) + word(told.HEADERS_AFTER_BYTES) : 0;
  const own =
    word(told.SOURCE_BYTES) -
    1 +
    Varint.size(sourceBytes()) +
    digits +
    <usize>load<u32>(tail + TAIL_BYTES);
  return given + own;
}

export function writeOut(out: usize): usize {
  let at = out;
  if (isGiven) at = copy(at, word(told.HEADERS_BEFORE), word(told.HEADERS_BEFORE_BYTES));
  at = writeSource(at);
  at = copy(at, <usize>load<u32>(tail), <usize>load<u32>(tail + TAIL_BYTES));
  if (isGiven) at = copy(at, word(told.HEADERS_AFTER), word(told.HEADERS_AFTER_BYTES));
  return at;
}

function sourceBytes(): usize {
  return word(told.SOURCE_VALUE_BYTES) + digits;
}

/** The name and a byte for its length come first, the value's length is put between them and the value. */
function writeSource(out: usize): usize {
  const valueBytes = word(told.SOURCE_VALUE_BYTES);
  const nameBytes = word(told.SOURCE_BYTES) - 1 - valueBytes;
  const source = word(told.SOURCE);
  let at = copy(out, source, nameBytes);
  at = writeVarint(at, <i64>sourceBytes());
  at = copy(at, source + nameBytes, valueBytes);
  return writeDigits(at, offset, digits);
}

function digitsOf(value: i64): usize {
  let count: usize = 1;
  for (let bound: i64 = 10; value >= bound; bound *= 10) count += 1;
  return count;
}
