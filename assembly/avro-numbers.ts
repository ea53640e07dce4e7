// Numbers and times of a record in Avro: 0 = not there, negative = not the plainest kind, which the host reads.
import { isPlaced, startOf } from './fields';
import { long, readLong } from './long';
import { timeBySize } from './time-by-size';

// How a schema writes a number: which way, bit by branch which say that it is not there and which are whole numbers,
// and what is counted (32 bits each). As in src/flow/avro/lane-numbers.ts.
const NULLS: usize = 4;
const LONGS: usize = 8;
const UNIT: usize = 12;
export const NUMBER_SIZE: usize = 16;
const NOT_THERE: i32 = 0;
const WHOLE: i32 = 1;
const IN_UNION: i32 = 2;
const BRANCHES_MAX: u64 = 32;

const MILLISECONDS: i32 = 1;
const MICROSECONDS: i32 = 2;
const NANOSECONDS: i32 = 3;

const DATE_MAX: f64 = 8.64e15;

export function avroCountOf(writing: usize, field: i32, end: usize): f64 {
  const way = load<i32>(writing);
  if (way == NOT_THERE || !isPlaced(field)) return 0;
  let at = startOf(field);
  if (way == IN_UNION) {
    at = readLong(at, end);
    if (<u64>long >= BRANCHES_MAX) return -1;
    if ((load<u32>(writing, NULLS) >> <u32>long) & 1) return 0;
    if (((load<u32>(writing, LONGS) >> <u32>long) & 1) == 0) return -1;
  } else if (way != WHOLE) return -1;
  readLong(at, end);
  return long < 0 ? 0 : <f64>long;
}

export function avroTimeOf(writing: usize, field: i32, end: usize): f64 {
  const count = avroCountOf(writing, field, end);
  if (count <= 0) return count;
  const time = timeOf(count, load<i32>(writing, UNIT));
  return time > DATE_MAX ? -1 : time;
}

function timeOf(count: f64, unit: i32): f64 {
  if (unit == MILLISECONDS) return count;
  if (unit == MICROSECONDS) return trunc(count / 1e3);
  if (unit == NANOSECONDS) return trunc(count / 1e6);
  return timeBySize(count);
}
