import { expect, test } from 'vitest';

import { Positions } from '../../src/kafka/positions.ts';

const at = { topic: 'flows', partition: 3 };

test('continuing where the group left off is no gap', () => {
  const positions = new Positions();
  positions.reset([[at, 100]]);
  expect(positions.gapBefore(at, 100)).toBe(0);
  positions.advance(at, 150);
  expect(positions.gapBefore(at, 150)).toBe(0);
});

test('a fetch beyond the committed offset is a gap of what lies between', () => {
  const positions = new Positions();
  positions.reset([[at, 100]]);
  expect(positions.gapBefore(at, 170)).toBe(70);
});

test('a batch that comes again is no gap', () => {
  const positions = new Positions();
  positions.advance(at, 150);
  expect(positions.gapBefore(at, 100)).toBe(0);
});

test('a partition that was never committed has no gap at its beginning', () => {
  const positions = new Positions();
  positions.reset([[at, -1]]);
  expect(positions.gapBefore(at, 500)).toBe(0);
});

test('what was known before a rebalance is forgotten', () => {
  const positions = new Positions();
  positions.advance(at, 150);
  positions.reset([[{ topic: 'flows', partition: 4 }, 7]]);
  expect(positions.gapBefore(at, 200)).toBe(0);
});
