import { expect, test } from 'vitest';

import { ExpiringCache } from '../../src/registry/expiring-cache.ts';
import { fakeClock } from '../kafka/fakes.ts';

test('what was used last stays', () => {
  const cache = new ExpiringCache<number, string>(2, fakeClock());
  cache.set(1, 'a', Infinity);
  cache.set(2, 'b', Infinity);
  expect([cache.get(1), cache.get(1)]).toEqual(['a', 'a']);
  cache.set(3, 'c', Infinity);
  expect([1, 2, 3].map((key) => cache.get(key))).toEqual(['a', undefined, 'c']);
});

test('each is good for its own time', () => {
  const clock = fakeClock();
  const cache = new ExpiringCache<number, string>(2, clock);
  cache.set(1, 'a', 10);
  cache.set(2, 'b', 20);
  clock.ms += 10;
  expect([1, 2].map((key) => cache.get(key))).toEqual([undefined, 'b']);
  cache.set(2, 'c', 10);
  clock.ms += 9;
  expect(cache.get(2)).toBe('c');
  clock.ms += 1;
  expect(cache.get(2)).toBeUndefined();
});
