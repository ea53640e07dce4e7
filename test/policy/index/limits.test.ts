import { expect, test } from 'vitest';
import { rememberedMax } from '../../../src/policy/index/limits.ts';
import { compiled } from './compiled.ts';

/** An index whose answers take so many words. */
function withWords(words: number) {
  const { tables } = compiled('');
  return { ...tables, columns: { ...tables.columns, words } };
}

test.each<readonly [words: number, remembered: number]>([
  [0, 16_384],
  [512, 16_384],
  [1024, 8192],
  [5000, 1677],
  [1_000_000, 1024],
])('of answers of %i words an index remembers %i', (words, remembered) => {
  expect(rememberedMax(withWords(words))).toBe(remembered);
});
