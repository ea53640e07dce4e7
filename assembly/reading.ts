// What was read of the record that is in hand, whichever kind it is of.

/** Of another layout. */
export const OTHER: i32 = 0;
/** Something about it is not of the plainest kind. */
export const ODD: i32 = 1;
export const PLAIN: i32 = 2;

/** How its answer is put into it: see `splice.ts`. */
export let way: usize = 0;
// ms since 1970, 0 = not given; how many.
export let startMs: f64 = 0;
export let endMs: f64 = 0;
export let connections: f64 = 0;
export let bytes: f64 = 0;

export function setWay(edits: usize): void {
  way = edits;
}

export function setTimes(start: f64, end: f64): bool {
  startMs = start;
  endMs = end;
  return start >= 0 && end >= 0;
}

/** False = the host has to read them. */
export function setCounts(count: f64, bytesIn: f64, bytesOut: f64): bool {
  connections = count;
  bytes = bytesIn + bytesOut;
  return count >= 0 && bytesIn >= 0 && bytesOut >= 0;
}
