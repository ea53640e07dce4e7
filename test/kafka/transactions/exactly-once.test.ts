import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { kafkaTimingDefault as timing } from '../../../src/kafka/settings.ts';
import { ExactlyOnce } from '../../../src/kafka/transactions/exactly-once.ts';
import { Health } from '../../../src/stage/health.ts';
import type { BatchHandler } from '../../../src/stage/ports.ts';
import { packRecords } from '../../../src/stage/records/output-records.ts';
import { aRecord, fakeClock, fakeEvents, fakeLogger } from '../fakes.ts';
import { aBroker, aPayload, refusal } from './fakes.ts';

const out = { topic: 'out', partition: 3 };

const handle: BatchHandler = async (_, signal, sink) => {
  await sink?.produce(out, packRecords([aRecord()]).chunks(), signal);
  await sink?.commit?.();
};

function aDelivery() {
  const broker = aBroker();
  const [events, health, logger] = [fakeEvents(), new Health(fakeClock()), fakeLogger()];
  const cluster = { ...broker.options.cluster, refreshMetadata: async () => {} };
  const delivery = new ExactlyOnce({
    ...broker.options,
    cluster: Object.setPrototypeOf(cluster, broker.options.cluster),
    recordsMax: 10,
    topics: ['out'],
    events,
    health,
    logger,
    clock: fakeClock(),
  });
  const pulse = { beat: async () => {}, everyMs: timing.heartbeatIntervalMs, graceMs: 7000 };
  const work = { handle, pulse, stop: new AbortController().signal };
  return {
    broker,
    delivery,
    events,
    health,
    logger,
    deliver: async (first: number, last: number) => {
      const delivered = delivery.deliver(aPayload(first, last), work);
      delivered.catch(() => {});
      await vi.advanceTimersByTimeAsync(2000);
      return delivered;
    },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a batch is delivered with the offset after it', async () => {
  const { broker, deliver, health } = aDelivery();
  expect(await deliver(0, 9)).toEqual({ next: 10, records: 10, lost: null });
  expect(broker.committed).toBe(10);
  expect(health.checks()).toMatchObject([{ name: 'output', ok: true }]);
});

test('a lost transaction is counted, said once, and makes the stage unready until one is committed', async () => {
  const { broker, deliver, events, health, logger } = aDelivery();
  broker.refusals.set('end', [new Error('no answer')]);
  broker.refusals.set('init', [undefined, new Error('no answer')]);
  const seen: boolean[] = [];
  vi.spyOn(health, 'fail').mockImplementation(() => void seen.push(false));
  vi.spyOn(health, 'pass').mockImplementation(() => void seen.push(true));
  await deliver(0, 9);
  expect(events.seen).toEqual(['produceRetried()', 'produceRetried()']);
  expect(seen).toEqual([false, false, true, true]);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
});

test('two batches of one partition are worked on one after the other', async () => {
  const { broker, deliver } = aDelivery();
  const late = Promise.withResolvers<void>();
  broker.refusals.set('produce', [late.promise]);
  const first = deliver(0, 9);
  // As a consumer does that was stopped while it joined, and is beside the one that came after it.
  const second = deliver(0, 9);
  late.resolve();
  expect(await first).toEqual({ next: 10, records: 10, lost: null });
  expect(await second).toEqual({ next: 10, records: 0, lost: null });
  expect(broker.log.filter((line) => line.startsWith('produce'))).toHaveLength(1);
});

test('each generation of the group opens producers of its own', async () => {
  const { broker, delivery, deliver } = aDelivery();
  await deliver(0, 9);
  delivery.joined();
  await deliver(10, 19);
  expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(2);
});

test('a topic that may not be written to is waited for, since rights were there at the start', async () => {
  const { broker, deliver } = aDelivery();
  const denied = refusal('TOPIC_AUTHORIZATION_FAILED');
  broker.refusals.set('addPartitions', [denied]);
  expect(await deliver(0, 9)).toMatchObject({ next: 10 });
  broker.refusals.set('addPartitions', [denied, denied]);
  expect(await deliver(10, 19)).toMatchObject({ next: 20 });
});
