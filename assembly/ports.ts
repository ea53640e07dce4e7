// Ports are told apart by class alone: numbers that nothing which is asked of a record can tell apart are one.
import { endOf, isPlaced, startOf } from './fields';
import { long, readLong } from './long';

/** The record lacks the port; it is not written in the plainest way, and only its bytes tell it apart. */
export const NO_PORT: i32 = -1;
export const ODD_PORT: i32 = -2;

// A port of a form: eight times the number of its field, how it is written, and of a union which branches say that it
// is not there and which are whole numbers (32 bits each). As in src/flow/dialects/port-tables.ts.
const WAY: usize = 4;
const NULLS: usize = 8;
const LONGS: usize = 12;
export const PORT_SIZE: usize = 16;
const NOT_THERE: i32 = 0;
const WHOLE: i32 = 1;
const IN_UNION: i32 = 2;
const DIGITS: i32 = 4;
const BRANCHES_MAX: u64 = 32;

const PORT_MAX: i64 = 65_535;
const DIGITS_MAX: usize = 5;
const QUOTE: i32 = 0x22;
const ZERO: i32 = 0x30;

/** A class for each port that the source may have, then those of the destination: 16 bits each. */
let classes: usize = 0;
export const SOURCE_CLASSES: usize = 0;
export const DESTINATION_CLASSES: usize = 131_072;

export function setPortClasses(at: usize): void {
  classes = at;
}

/** Of the record last read; `port` is where the lists say how it is written. */
export function classOf(port: usize, side: usize): i32 {
  const number = portAt(port);
  return number < 0 ? number : <i32>load<u16>(classes + side + ((<usize>number) << 1));
}

function portAt(port: usize): i32 {
  const field = load<i32>(port) >> 3;
  const way = load<i32>(port, WAY);
  if (way == NOT_THERE || !isPlaced(field)) return NO_PORT;
  const at = startOf(field);
  const end = endOf(field);
  if (way == DIGITS) return digitsAt(at, end);
  if (way == WHOLE) return longAt(at, end);
  return way == IN_UNION ? branchAt(port, at, end) : ODD_PORT;
}

function branchAt(port: usize, at: usize, end: usize): i32 {
  const value = readLong(at, end);
  if (value == 0 || <u64>long >= BRANCHES_MAX) return ODD_PORT;
  if ((load<u32>(port, NULLS) >> <u32>long) & 1) return NO_PORT;
  return (load<u32>(port, LONGS) >> <u32>long) & 1 ? longAt(value, end) : ODD_PORT;
}

function longAt(at: usize, end: usize): i32 {
  if (readLong(at, end) == 0 || long < 0 || long > PORT_MAX) return ODD_PORT;
  return <i32>long;
}

/** A number of JSON, or a text that spells one in the same way. */
function digitsAt(start: usize, stop: usize): i32 {
  const isText = <i32>load<u8>(start) == QUOTE;
  const from = isText ? start + 1 : start;
  const to = isText ? stop - 1 : stop;
  if (to <= from || to - from > DIGITS_MAX) return ODD_PORT;
  if (<i32>load<u8>(from) == ZERO && to - from > 1) return ODD_PORT;
  let number: i32 = 0;
  for (let at = from; at < to; at += 1) {
    const digit = <i32>load<u8>(at) - ZERO;
    if (<u32>digit > 9) return ODD_PORT;
    number = number * 10 + digit;
  }
  return <i64>number > PORT_MAX ? ODD_PORT : number;
}
