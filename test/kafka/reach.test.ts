import type { Admin } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { reachBroker } from '../../src/kafka/reach.ts';
import { Health } from '../../src/stage/health.ts';
import { CodedError } from '../../src/std/coded-error.ts';
import { fakeLogger, stub } from './fakes.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), {
  name: 'KafkaJSConnectionError',
});
const calm = new AbortController().signal;
const clock = { nowMs: () => Date.now(), monotonicMs: () => Date.now() };

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => vi.useRealTimers());

/** Brokers that answer the attempt for which `connect` resolves. */
function reach(connect: () => Promise<void>, timeoutMs = 60_000, signal = calm) {
  const health = new Health(clock);
  const logger = fakeLogger();
  const disconnect = vi.fn<() => Promise<void>>(async () => {});
  const answer = reachBroker(
    {
      createAdmin: () => stub<Admin>({ connect, disconnect }),
      brokers: ['k1:9092', 'k2:9092'],
      timeoutMs,
      health,
      logger,
      clock,
    },
    async () => 'answer',
    signal,
  );
  answer.catch(() => {});
  return { answer, health, logger, disconnect };
}

const notYetAssigned = {
  name: 'kafka',
  ok: false,
  detail: 'a broker answers, no partitions assigned yet',
};

test('a broker that answers is asked and left, and the stage not ready before it has partitions', async () => {
  const { answer, health, disconnect } = reach(async () => {});
  expect(await answer).toBe('answer');
  expect(disconnect).toHaveBeenCalledOnce();
  expect(health.checks()).toMatchObject([notYetAssigned]);
});

test('a broker that comes up within the time is waited for', async () => {
  let attempts = 0;
  const { answer, health } = reach(async () => {
    attempts += 1;
    if (attempts < 4) throw refused;
  });
  await vi.advanceTimersByTimeAsync(300);
  expect(health.checks()).toMatchObject([{ name: 'kafka', ok: false }]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(await answer).toBe('answer');
  expect(health.checks()).toMatchObject([notYetAssigned]);
});

test('after the time allowed the stage gives up with the reason', async () => {
  const { answer } = reach(async () => Promise.reject(refused), 5000);
  await vi.advanceTimersByTimeAsync(6000);
  await expect(answer).rejects.toMatchObject({
    code: 'kafka/unreachable',
    message: expect.stringContaining(
      'no broker of `k1:9092`, `k2:9092` answered within 5 s: connect ECONNREFUSED',
    ),
  });
});

test('waiting is told once in ten seconds', async () => {
  const { logger } = reach(async () => Promise.reject(refused));
  await vi.advanceTimersByTimeAsync(35_000);
  expect(logger.lines).toHaveLength(4);
});

test.each([
  [
    Object.assign(new Error('bad'), { name: 'KafkaJSSASLAuthenticationError' }),
    'kafka/not-authorised',
  ],
  [new Error('self-signed certificate in certificate chain'), 'kafka/untrusted'],
  [new CodedError('kafka/file-unreadable', 'no such file'), 'kafka/file-unreadable'],
])('what waiting cannot mend is said at once: %s', async (trouble, code) => {
  const { answer } = reach(async () => {
    throw trouble;
  });
  await expect(answer).rejects.toMatchObject({ code });
});

test('a stop is obeyed while waiting', async () => {
  const stop = new AbortController();
  const { answer } = reach(async () => Promise.reject(refused), 60_000, stop.signal);
  await vi.advanceTimersByTimeAsync(1000);
  stop.abort();
  await expect(answer).rejects.toThrow(/abort/i);
});
