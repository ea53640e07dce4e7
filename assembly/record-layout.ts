// A layout, by offset from its address: how to read records of one form, and how to write what they become. As in
// src/flow/dialects/lane-layout.ts and src/flow/avro/lane-layout.ts.

export const KIND: usize = 0;
export const JSON: i32 = 0;
export const AVRO: i32 = 1;
/** The number of the form, and the fields that tell its records apart: see `number.ts`. */
export const FORM: usize = 4;
export const FIELD_LISTS: usize = 8;
/** What stands before each record, and what takes its place: where, and how long. */
export const PREFIX: usize = 12;
export const PREFIX_BYTES: usize = 16;
export const NEW_PREFIX: usize = 20;
export const NEW_PREFIX_BYTES: usize = 24;
/** Up to three lists of edits: see `splice.ts`. */
export const WAYS: usize = 28;
/** What else the kind has to say. */
export const OWN: usize = 40;

export function wayOf(layout: usize, index: usize): usize {
  return <usize>load<u32>(layout + WAYS + (index << 2));
}
