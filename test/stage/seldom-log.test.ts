import { expect, test } from 'vitest';

import { SeldomLog } from '../../src/stage/seldom-log.ts';
import { fakeClock, fakeLogger } from '../kafka/fakes.ts';

test('one line of each kind in ten seconds, with how many were left out', () => {
  const logger = fakeLogger();
  const clock = fakeClock();
  const seldom = new SeldomLog(logger, clock);
  for (let second = 0; second <= 10; second += 1) {
    seldom.warn('a', { second }, 'a');
    if (second < 2) seldom.warn('b', { second }, 'b');
    clock.ms += 1000;
  }
  expect(logger.lines.map(({ message, fields }) => ({ message, ...fields }))).toEqual([
    { message: 'a', second: 0 },
    { message: 'b', second: 0 },
    { message: 'a', second: 10, left_out_before: 9 },
  ]);
});
