import type { Consumer } from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Membership } from '../../src/kafka/membership.ts';
import { Health } from '../../src/stage/health.ts';
import { CodedError } from '../../src/std/coded-error.ts';
import { fakeClock, fakeEvents, fakeLogger, stub } from './fakes.ts';

interface Fakes {
  readonly join?: () => Promise<void>;
  readonly leave?: () => Promise<void>;
  readonly coordinatorRefusal?: () => Promise<unknown>;
}

function aMembership({ join, leave, coordinatorRefusal }: Fakes = {}) {
  const listeners = new Map<string, (event: never) => void>();
  const log: string[] = [];
  const events = fakeEvents();
  const health = new Health(fakeClock());
  const logger = fakeLogger();
  const membership = new Membership({
    consumer: {
      events: stub<Consumer['events']>({
        GROUP_JOIN: 'consumer.group_join',
        REBALANCING: 'consumer.rebalancing',
        CRASH: 'consumer.crash',
      }),
      on: (name: string, listener: (event: never) => void) => {
        listeners.set(name, listener);
        return () => {};
      },
    },
    join: async () => {
      log.push('join');
      await join?.();
    },
    leave: async () => {
      log.push('leave');
      await leave?.();
    },
    coordinatorRefusal: coordinatorRefusal ?? (async () => null),
    groupId: 'g',
    events,
    health,
    logger,
    clock: fakeClock(),
  });
  const kept = membership.keep();
  kept.catch(() => {});
  return {
    membership,
    kept,
    log,
    events,
    health,
    logger,
    joined: () => emit('group_join', { memberAssignment: { flows: [0, 1] } }),
    rebalancing: () => emit('rebalancing', {}),
    crash: async (error: Error) => {
      emit('crash', { error, groupId: 'g', restart: false });
      await vi.advanceTimersByTimeAsync(0);
    },
  };

  function emit(name: string, payload: object): void {
    const event: unknown = { payload };
    listeners.get(`consumer.${name}`)?.(event as never);
  }
}

const lost = named('KafkaJSConnectionError', 'connect ECONNREFUSED');
const noCoordinator = named('KafkaJSGroupCoordinatorNotFound', 'Failed to find group coordinator');
const refusal = Object.assign(named('KafkaJSProtocolError', 'Not authorized to access group'), {
  type: 'GROUP_AUTHORIZATION_FAILED',
});

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('assignments and rebalances are reported', () => {
  const { events, health, joined, rebalancing } = aMembership();
  rebalancing();
  joined();
  expect(events.seen).toEqual([
    'rebalanced()',
    'assigned([{"topic":"flows","partition":0},{"topic":"flows","partition":1}])',
  ]);
  expect(health.checks()).toMatchObject([{ ok: true, detail: '2 partitions assigned' }]);
});

test('after a crash the group is joined again, and the stage is unready meanwhile', async () => {
  const { log, events, health, crash, joined } = aMembership();
  joined();
  await crash(lost);
  expect(events.seen).toContain('restarted("connection")');
  expect(health.ok()).toBe(false);
  await vi.advanceTimersByTimeAsync(100);
  expect(log).toEqual(['join', 'join']);
  joined();
  expect(health.ok()).toBe(true);
});

test('joining that fails is tried again, less and less often', async () => {
  const { log } = aMembership({ join: async () => Promise.reject(lost) });
  await vi.advanceTimersByTimeAsync(1000);
  expect(log).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(log.length).toBeLessThan(20);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log.length).toBeGreaterThan(16);
});

test('many crashes are one line', async () => {
  const { logger } = aMembership({ join: async () => Promise.reject(lost) });
  await vi.advanceTimersByTimeAsync(9000);
  expect(logger.lines).toHaveLength(1);
});

test('a coordinator that is not found because a connection broke is looked for again', async () => {
  const { log, crash } = aMembership({ coordinatorRefusal: async () => lost });
  await crash(noCoordinator);
  await vi.advanceTimersByTimeAsync(100);
  expect(log).toEqual(['join', 'join']);
});

test('a coordinator that we have no right to ends the membership', async () => {
  const { kept, crash } = aMembership({ coordinatorRefusal: async () => refusal });
  await crash(noCoordinator);
  await expect(kept).rejects.toMatchObject({
    code: 'kafka/not-authorised',
    message: expect.stringContaining('cannot consume as group `g`: Not authorized'),
  });
});

test('a right that is taken away from a member is waited for', async () => {
  const { log, crash, joined } = aMembership({ coordinatorRefusal: async () => refusal });
  joined();
  await crash(noCoordinator);
  await vi.advanceTimersByTimeAsync(100);
  expect(log).toEqual(['join', 'join']);
});

test.each([
  ['a batch that cannot be decompressed', named('CodecError', 'zstd: damaged'), 'kafka/failed'],
  ['a mistake of kafkajs', named('RangeError', 'Maximum call stack'), 'kafka/failed'],
  [
    'a topic that is gone',
    Object.assign(named('E', 'gone'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' }),
    'kafka/topic-missing',
  ],
  ['an operator error', new CodedError('kafka/no-offset', 'no offset'), 'kafka/no-offset'],
])('%s ends the membership', async (_, error, code) => {
  const { kept, crash, joined } = aMembership();
  joined();
  await crash(error);
  await expect(kept).rejects.toMatchObject({ code });
});

test('a member that gets nowhere leaves the group and joins it again', async () => {
  const { membership, log, events } = aMembership();
  await membership.restart(1000);
  expect(log).toEqual(['join', 'leave', 'join']);
  expect(events.seen).toEqual(['restarted("stall")']);
});

test('a member that cannot be left does not join beside itself', async () => {
  const { membership, log } = aMembership({ leave: async () => new Promise(() => {}) });
  const restarted = membership.restart(1000);
  restarted.catch(() => {});
  await vi.advanceTimersByTimeAsync(1000);
  await expect(restarted).rejects.toMatchObject({ code: 'stage/stalled' });
  expect(log).toEqual(['join', 'leave']);
});

test('a member that ends meanwhile joins no more', async () => {
  const gone = Promise.withResolvers<void>();
  const { membership, log } = aMembership({ leave: async () => gone.promise });
  const restarted = membership.restart(1000);
  const ended = membership.end(1000);
  gone.resolve();
  await Promise.all([restarted, ended]);
  expect(log).toEqual(['join', 'leave', 'leave']);
});

test('ending leaves the group', async () => {
  const { membership, kept, log } = aMembership();
  await membership.end(1000);
  await expect(kept).resolves.toBeUndefined();
  expect(log).toEqual(['join', 'leave']);
});

test('ending does not wait for ever', async () => {
  const { membership, kept } = aMembership({ leave: async () => new Promise(() => {}) });
  const ended = membership.end(1000);
  await vi.advanceTimersByTimeAsync(1000);
  await ended;
  await expect(kept).resolves.toBeUndefined();
});

test('ending while joining again joins no more', async () => {
  const { membership, log, crash } = aMembership();
  await crash(lost);
  await membership.end(1000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(log).toEqual(['join', 'leave']);
});
