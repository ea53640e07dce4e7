import { expect, test } from 'vitest';

import { Health } from '../../src/stage/health.ts';

test('a check says since when it has been so, not when it was last said', () => {
  let nowMs = 10;
  const health = new Health({ nowMs: () => nowMs, monotonicMs: () => 0 });
  health.fail('kafka', 'no broker');
  nowMs = 20;
  health.fail('kafka', 'still no broker');
  expect(health.checks()).toEqual([
    { name: 'kafka', ok: false, sinceMs: 10, detail: 'still no broker' },
  ]);
  nowMs = 30;
  health.pass('kafka');
  expect(health.checks()).toEqual([{ name: 'kafka', ok: true, sinceMs: 30, detail: '' }]);
});

test('all is well only while every check passes', () => {
  const health = new Health({ nowMs: () => 0, monotonicMs: () => 0 });
  health.pass('policies');
  health.fail('kafka', '');
  expect(health.ok()).toBe(false);
  health.pass('kafka');
  expect(health.ok()).toBe(true);
  expect(health.checks().map(({ name }) => name)).toEqual(['policies', 'kafka']);
});
