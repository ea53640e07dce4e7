import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { withHeartbeats } from '../../src/kafka/heartbeats.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const rebalance = new Error('rebalance in progress');

test('beats while the work runs and not after', async () => {
  const work = Promise.withResolvers<void>();
  const beat = vi.fn<() => Promise<void>>(async () => {});
  const beating = withHeartbeats({ beat, everyMs: 10, graceMs: 100 }, async () => work.promise);
  await vi.advanceTimersByTimeAsync(35);
  expect(beat).toHaveBeenCalledTimes(3);
  work.resolve();
  expect(await beating).toEqual({ lost: null });
  await vi.advanceTimersByTimeAsync(100);
  expect(beat).toHaveBeenCalledTimes(3);
});

test('a failed beat lets the work finish within its grace and is told', async () => {
  const beating = withHeartbeats(
    { beat: async () => Promise.reject(rebalance), everyMs: 10, graceMs: 100 },
    async () => new Promise((resolve) => setTimeout(resolve, 90)),
  );
  await vi.advanceTimersByTimeAsync(90);
  expect(await beating).toEqual({ lost: rebalance });
});

test('work that outlives the grace is told to stop', async () => {
  let reason: unknown;
  const beating = withHeartbeats(
    { beat: async () => Promise.reject(rebalance), everyMs: 10, graceMs: 100 },
    async (lost) =>
      new Promise((resolve) => {
        lost.addEventListener('abort', () => {
          reason = lost.reason;
          resolve();
        });
      }),
  );
  await vi.advanceTimersByTimeAsync(109);
  expect(reason).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await beating).toEqual({ lost: rebalance });
  expect(reason).toBe(rebalance);
});

test('work that fails fails', async () => {
  const pulse = { beat: async () => {}, everyMs: 10, graceMs: 100 };
  const failing = withHeartbeats(pulse, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
});
