// Where the fields of the record last read are.
import { OFFSETS, RECORD } from './layout';

/** First byte of the record, which the offsets are counted from. */
export let record: usize = RECORD;
/** Bit by field: which of them a record in JSON has. */
export let fieldsThere: u64 = 0;

export function setRecord(at: usize): void {
  record = at;
}

/** The record at `at` has none so far. */
export function beginRecord(at: usize, fields: i32): void {
  record = at;
  fieldsThere = 0;
  const end = OFFSETS + ((<usize>fields) << 3);
  for (let entry = OFFSETS; entry < end; entry += 16) v128.store(entry, i64x2.splat(-1));
}

export function setField(field: i32, start: usize, end: usize): void {
  placeField((<usize>field) << 3, start, end);
  fieldsThere |= (<u64>1) << (<u64>field);
}

/** `entry` is eight times the number of the field. */
export function placeField(entry: usize, start: usize, end: usize): void {
  store<i32>(OFFSETS + entry, <i32>(start - record));
  store<i32>(OFFSETS + entry, <i32>(end - record), 4);
}

export function forgetField(field: u32): void {
  store<i64>(OFFSETS + (field << 3), -1);
  fieldsThere &= ~((<u64>1) << (<u64>field));
}

export function has(field: i32): bool {
  return (fieldsThere & ((<u64>1) << (<u64>field))) != 0;
}

export function startOf(field: i32): usize {
  return record + <usize>load<u32>(OFFSETS + ((<usize>field) << 3));
}

export function endOf(field: i32): usize {
  return record + <usize>load<u32>(OFFSETS + ((<usize>field) << 3), 4);
}

export function firstOf(field: i32): i32 {
  return <i32>load<u8>(startOf(field));
}

/** Whether the value has a place, if only one without bytes. */
export function isPlaced(field: i32): bool {
  return load<i32>(OFFSETS + ((<usize>field) << 3)) >= 0;
}
