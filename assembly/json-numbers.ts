// Numbers and times of a record in JSON: 0 = not there, negative = not the plainest kind, which the host reads.
import { endOf, has, startOf } from './fields';
import { timeBySize } from './time-by-size';

const QUOTE: i32 = 0x22;
const LETTER_Z: i32 = 0x5a;

export function countOf(field: i32): f64 {
  return has(field) ? countAt(startOf(field), endOf(field)) : 0;
}

export function timeOf(field: i32): f64 {
  if (!has(field)) return 0;
  const from = startOf(field);
  const to = endOf(field);
  if (to - from == 22 && <i32>load<u8>(from) == QUOTE && <i32>load<u8>(from, 20) == LETTER_Z) {
    return utcAt(from + 1);
  }
  return timeBySize(countAt(from, to));
}

/** As a number, or as a text as 64 bits are often written. */
function countAt(from: usize, to: usize): f64 {
  const isText = <i32>load<u8>(from) == QUOTE;
  return isText ? digitsAt(from + 1, to - 1) : digitsAt(from, to);
}

/** Exact, since fifteen digits are below 2^53. */
function digitsAt(from: usize, to: usize): f64 {
  if (to <= from || to - from > 15) return -1;
  let count: i64 = 0;
  for (let at = from; at < to; at += 1) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) return -1;
    count = count * 10 + <i64>digit;
  }
  return <f64>count;
}

/** `0000-00-00T00:00:00Z` in ms. */
function utcAt(at: usize): f64 {
  const year = digitsAt(at, at + 4);
  const month = digitsAt(at + 5, at + 7);
  const day = digitsAt(at + 8, at + 10);
  const hour = digitsAt(at + 11, at + 13);
  const minute = digitsAt(at + 14, at + 16);
  const second = digitsAt(at + 17, at + 19);
  if (load<u8>(at, 4) != 0x2d || load<u8>(at, 7) != 0x2d || load<u8>(at, 10) != 0x54) return -1;
  if (load<u8>(at, 13) != 0x3a || load<u8>(at, 16) != 0x3a) return -1;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return -1;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  const days = daysBefore(<i64>year, <i64>month) + <i64>day - 1;
  return ((<f64>days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

/** Days from 1970 up to the first of a month, in the calendar of all times; years begin in March. */
function daysBefore(year: i64, month: i64): i64 {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719_468;
}
