// Where things lie in memory. The host writes the shapes and the record, the module all else.

/** Two 32-bit numbers a field: where its value begins and ends, from the record's first byte; -1 = not there. */
export const OFFSETS: usize = 0;
/** What is interned: an address and a length a span, 64 of them at most. */
export const SPANS: usize = 1024;
/** What is known of the four tables of runs. */
export const RUNS: usize = 1600;
/** What the lane is told and tells: see `told.ts`. */
export const LANE: usize = 1664;
/** Lists of fields, shapes, programs and layouts: written by the host. */
export const LISTS: usize = 2048;
/** The record, and padding of zeros after it. */
export const RECORD: usize = 524288;
