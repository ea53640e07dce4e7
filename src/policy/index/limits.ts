import type { IndexTables } from './tables.ts';

/** What an index may remember of the questions it was asked, in bytes of answers, for each kind of thing. */
const REMEMBERED_BYTES_MAX = 64 * 1024 * 1024;
const REMEMBERED_MIN = 1024;
const REMEMBERED_MAX = 65_536;

/**
 * How many items or candidates an index keeps, each with a row of answers; beyond, all of that kind are
 * forgotten and made anew.
 */
export function rememberedMax({ columns }: IndexTables): number {
  const bytes = Math.max(1, columns.words) * Int32Array.BYTES_PER_ELEMENT;
  const fitting = Math.floor(REMEMBERED_BYTES_MAX / bytes);
  return Math.min(REMEMBERED_MAX, Math.max(REMEMBERED_MIN, fitting));
}
