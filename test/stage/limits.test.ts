import { expect, test } from 'vitest';
import { limitNamedIn } from '../../src/stage/limits.ts';

test.each([
  ['more records than `limits.batchRecords`, 200000', 'batchRecords'],
  ['zstd: the decompressed bytes exceed `limits.batchBytes`', 'batchBytes'],
  ['gzip: the compressed bytes are damaged', null],
  ['`limits.constructor` is none', null],
])('the limit that is named in: %s', (message, limit) => {
  expect(limitNamedIn(message)).toBe(limit);
});
