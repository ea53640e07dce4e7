import { expect, test } from 'vitest';

import { freeBytes } from '../../src/std/free-bytes.ts';

test('memory of its own is freed at once, whatever looks at it', () => {
  const bytes = Buffer.alloc(100_000, 1);
  const view = bytes.subarray(10, 20);
  freeBytes(view);
  expect([bytes.length, view.length]).toEqual([0, 0]);
});

test('what is freed already stays so', () => {
  const bytes = Buffer.alloc(100_000, 1);
  freeBytes(bytes);
  freeBytes(bytes);
  expect(bytes).toHaveLength(0);
});

test('what lies in a slab with others is left alone', () => {
  const [bytes, neighbour] = [Buffer.from('abc'), Buffer.from('def')];
  freeBytes(bytes);
  expect([bytes.toString(), neighbour.toString()]).toEqual(['abc', 'def']);
});
