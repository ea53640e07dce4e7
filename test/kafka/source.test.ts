import type {
  Admin,
  Consumer,
  ConsumerConfig,
  ConsumerRunConfig,
  EachBatchPayload,
  Kafka,
} from 'kafkajs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { AtLeastOnce } from '../../src/kafka/at-least-once.ts';
import { kafkaLimits } from '../../src/kafka/limits.ts';
import { kafkaTimingDefault as timing } from '../../src/kafka/settings.ts';
import { GroupSource, type SourceOptions } from '../../src/kafka/source.ts';
import { Health } from '../../src/stage/health.ts';
import { aRecord, fakeClock, fakeEvents, fakeLogger, stub, turn } from './fakes.ts';

/** A group whose coordinator knows `committed` for partition 0 of `flows`. */
function aGroup(committed = '-1', over: Partial<SourceOptions> = {}) {
  const log: string[] = [];
  const coordinator = { isUp: true };
  let inFlight: Promise<void> | undefined;
  let eachBatch: ConsumerRunConfig['eachBatch'];
  let config: ConsumerRunConfig = {};
  const consumer = stub<Consumer>({
    events: stub<Consumer['events']>({
      GROUP_JOIN: 'consumer.group_join',
      REBALANCING: 'consumer.rebalancing',
      CRASH: 'consumer.crash',
      FETCH: 'consumer.fetch',
    }),
    on: () => () => {},
    connect: async () => {},
    subscribe: async () => {},
    run: async (given = {}) => {
      config = given;
      eachBatch = given.eachBatch;
    },
    disconnect: async () => {
      await inFlight;
      log.push('leave');
    },
  });
  const admin = stub<Admin>({
    connect: async () => {},
    disconnect: async () => {},
    fetchOffsets: async () => [
      { topic: 'flows', partitions: [{ partition: 0, offset: committed, metadata: null }] },
    ],
  });
  const made: ConsumerConfig[] = [];
  const events = fakeEvents();
  const health = new Health(fakeClock());
  const logger = fakeLogger();
  const source = new GroupSource({
    kafka: fakeKafka(consumer, admin, made),
    topics: ['flows'],
    groupId: 'g',
    from: 'earliest',
    delivery: new AtLeastOnce(events),
    assertAllowed: async () => {},
    timing,
    limits: kafkaLimits,
    events,
    health,
    logger,
    clock: fakeClock(),
    ...over,
  });
  return {
    source,
    coordinator,
    log,
    events,
    health,
    logger,
    config: () => config,
    made,
    /** Delivers offsets `first` to `last` of partition 0, as kafkajs would. */
    deliver: async (first: number, last: number, heartbeat = async () => {}) => {
      const offsets = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const batch = {
        topic: 'flows',
        partition: 0,
        highWatermark: String(last + 11),
        messages: [
          { records: offsets.map((offset) => ({ ...aRecord(''), timestampMs: 5, offset })) },
        ],
        fetchedOffset: String(offsets[0]),
        lastOffset: () => String(last),
      };
      const delivered = eachBatch?.(
        stub<EachBatchPayload>({
          batch: stub<EachBatchPayload['batch']>(batch as never),
          heartbeat,
          resolveOffset: (offset) => void log.push(`resolve ${offset}`),
          commitOffsetsIfNecessary: async (resolved) => {
            if (!coordinator.isUp) throw new Error('no coordinator');
            log.push(`commit ${resolved?.topics[0]?.partitions[0]?.offset}`);
          },
        }),
      );
      inFlight = delivered?.catch(() => {});
      await delivered;
    },
  };
}

/** kafkajs makes a cluster for each client, by a private member. */
function fakeKafka(consumer: Consumer, admin: Admin, made: ConsumerConfig[]): Kafka {
  const door = Symbol('private:Kafka:createCluster');
  const kafka = Object.assign(stub<Kafka>({ admin: () => admin }), {
    [door]: () => ({}),
    consumer: (given: ConsumerConfig) => {
      kafka[door]();
      made.push(given);
      return consumer;
    },
  });
  return kafka;
}

beforeEach(() =>
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => vi.useRealTimers());

test('offsets are committed after the handler is done and not before', async () => {
  const group = aGroup();
  const gate = Promise.withResolvers<void>();
  void group.source.run(async () => gate.promise);
  await turn();
  const delivered = group.deliver(0, 9);
  await turn();
  expect(group.log).toEqual([]);
  gate.resolve();
  await delivered;
  expect(group.log).toEqual(['resolve 9', 'commit 10']);
  expect(group.events.seen).toContain('lag({"topic":"flows","partition":0}, 10)');
});

test('the records of a batch count as waiting until it is acknowledged', async () => {
  const group = aGroup();
  const gate = Promise.withResolvers<void>();
  void group.source.run(async () => gate.promise);
  await turn();
  const delivered = group.deliver(0, 9);
  await turn();
  const lags = () => group.events.seen.filter((event) => event.startsWith('lag('));
  expect(lags()).toEqual(['lag({"topic":"flows","partition":0}, 20)']);
  gate.resolve();
  await delivered;
  expect(lags()).toHaveLength(2);
});

test('nothing more of a partition is worked on while its last commit fails', async () => {
  const group = aGroup();
  const handler = vi.fn<() => Promise<void>>(async () => {});
  void group.source.run(handler);
  await turn();
  group.coordinator.isUp = false;
  await expect(group.deliver(0, 9)).rejects.toThrow('coordinator');
  await expect(group.deliver(10, 19)).rejects.toThrow('coordinator');
  expect(handler).toHaveBeenCalledTimes(1);
  group.coordinator.isUp = true;
  await group.deliver(10, 19);
  expect(handler).toHaveBeenCalledTimes(2);
  expect(group.log.filter((line) => line.startsWith('commit'))).toEqual(['commit 10', 'commit 20']);
});

test('kafkajs itself commits nothing and no more batches than allowed are in flight', async () => {
  const group = aGroup();
  void group.source.run(async () => {});
  await turn();
  expect(group.config()).toMatchObject({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: kafkaLimits.batchesInFlight,
  });
  // `limits.fetchBytes`, `limits.fetchPartitionBytes`
  expect(group.made).toMatchObject([
    { maxBytes: kafkaLimits.fetchBytes, maxBytesPerPartition: kafkaLimits.fetchPartitionBytes },
  ]);
});

test('the handler gets the batch in our words', async () => {
  const group = aGroup();
  const seen: object[] = [];
  void group.source.run(async ({ records, ...batch }) => {
    seen.push({ ...batch, records: [...records] });
  });
  await turn();
  await group.deliver(7, 7);
  expect(seen).toEqual([
    {
      topic: 'flows',
      partition: 0,
      highWatermark: 18,
      records: [{ offset: 7, timestampMs: 5, key: null, value: Buffer.from(''), headers: [] }],
    },
  ]);
});

test('a handler that fails by itself ends the source and commits nothing', async () => {
  const group = aGroup();
  const running = group.source.run(async () => Promise.reject(new Error('bug')));
  await turn();
  await expect(group.deliver(0, 9)).rejects.toThrow('bug');
  await expect(running).rejects.toThrow('bug');
  await expect(group.deliver(0, 9)).rejects.toThrow('the membership has failed');
  expect(group.log).toEqual([]);
  expect(group.health.ok()).toBe(false);
});

const rebalance = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });

test('a batch that is finished in time is committed although the group rebalances', async () => {
  const group = aGroup();
  void group.source.run(async () => new Promise((resolve) => setTimeout(resolve, 2500)));
  await turn();
  const delivered = group.deliver(0, 9, async () => Promise.reject(rebalance));
  delivered.catch(() => {});
  await turn();
  await turn();
  await vi.advanceTimersByTimeAsync(2500);
  await expect(delivered).rejects.toBe(rebalance);
  expect(group.log).toEqual(['resolve 9', 'commit 10']);
});

test('a batch that waits for ever is given up when the partition is lost, and comes again', async () => {
  const group = aGroup();
  const running = group.source.run(
    async (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
  const ended = vi.fn<() => void>();
  running.then(ended, ended);
  await turn();
  const delivered = group.deliver(0, 9, async () => Promise.reject(rebalance));
  delivered.catch(() => {});
  await vi.advanceTimersByTimeAsync(timing.heartbeatIntervalMs + timing.drainMs);
  await expect(delivered).rejects.toBe(rebalance);
  expect(group.log).toEqual([]);
  expect(ended).not.toHaveBeenCalled();
});

test('stopping lets the handlers finish, then leaves', async () => {
  const group = aGroup();
  const running = group.source.run(async () => {});
  await turn();
  await group.source.stop();
  await running;
  expect(group.log).toEqual(['leave']);
});

test('a drain that takes too long gives up the batches in flight', async () => {
  const group = aGroup();
  let reason = '';
  void group.source.run(
    async (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reason = String(signal.reason);
          reject(signal.reason);
        });
      }),
  );
  await turn();
  const delivered = group.deliver(0, 9);
  delivered.catch(() => {});
  await turn();
  void group.source.stop();
  await vi.advanceTimersByTimeAsync(timing.drainMs);
  await expect(delivered).rejects.toThrow('drain');
  expect(reason).toContain('the drain took too long');
  expect(group.log).not.toContain('commit 10');
});

test('a source that begins anew gives up what is under way and works on what comes then', async () => {
  const group = aGroup();
  let isStuck = true;
  void group.source.run(async (_, signal) => {
    if (!isStuck) return;
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  await turn();
  const stuck = group.deliver(0, 9);
  stuck.catch(() => {});
  await turn();
  await group.source.restart();
  await expect(stuck).rejects.toThrow('beginning anew');
  isStuck = false;
  await group.deliver(0, 9);
  expect(group.log).toEqual(['leave', 'resolve 9', 'commit 10']);
  expect(group.events.seen).toContain('restarted("stall")');
});

test('`stop` refuses to begin without an offset', async () => {
  const group = aGroup('-1', { from: 'stop' });
  await expect(group.source.run(async () => {})).rejects.toMatchObject({
    code: 'kafka/no-offset',
    message: expect.stringContaining('group `g` has no offset for flows/0'),
  });
});

test('`stop` begins where the group left off', async () => {
  const group = aGroup('100', { from: 'stop' });
  void group.source.run(async () => {});
  await turn();
  await group.deliver(100, 109);
  expect(group.log).toEqual(['resolve 109', 'commit 110']);
});
