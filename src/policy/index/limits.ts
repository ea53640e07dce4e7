import type { IndexTables } from './tables.ts';

/** What an index may remember of the questions it was asked, in bytes of answers, for each kind of thing. */
const REMEMBERED_BYTES_MAX = 64 * 1024 * 1024;
const REMEMBERED_MIN = 1024;
/** Each takes up to 2 KiB of the heap besides its answers: labels, keys, objects. */
const REMEMBERED_MAX = 16_384;
/** What is certain and what may be. */
const ANSWER_ROWS = 2;

/** Selectors that may be asked anew to settle the labels of one connection, and how often that is at most. */
const ASKED_ANEW_MAX = 400_000;
const SETTLED_MIN = 8;
const SETTLED_MAX = 256;

/** How many ends may be made by settling a label, each of which asks all selectors anew, for one connection. */
export function settledMax({ selectors }: IndexTables): number {
  const affordable = Math.floor(ASKED_ANEW_MAX / Math.max(1, selectors.roots.length));
  return Math.min(SETTLED_MAX, Math.max(SETTLED_MIN, affordable));
}

/**
 * How many items or candidates an index keeps, each with its answers; beyond, all of that kind are
 * forgotten and made anew.
 */
export function rememberedMax({ columns }: IndexTables): number {
  const bytes = Math.max(1, columns.words) * ANSWER_ROWS * Int32Array.BYTES_PER_ELEMENT;
  const fitting = Math.floor(REMEMBERED_BYTES_MAX / bytes);
  return Math.min(REMEMBERED_MAX, Math.max(REMEMBERED_MIN, fitting));
}
