// Brokers that go away and come back, beneath a stage that is at work.
import { setTimeout as sleep } from 'node:timers/promises';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFailed,
  test,
} from 'vitest';

import { type BrokerHarness, startBroker } from '../support/broker/harness.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { uniqueName } from '../support/broker/shared-broker.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { testClient } from '../support/broker/topics.ts';
import { startPassThrough } from './pass-through.ts';

const partitions = 2;
let broker: BrokerHarness;
let input = '';
let output = '';

beforeAll(async () => {
  broker = await startBroker({ brokers: 1, profile: 'test' });
});

afterAll(async () => broker.stop());

beforeEach(async () => {
  input = uniqueName('in');
  output = uniqueName('out');
  await broker.createTopics([
    { name: input, partitions },
    { name: output, partitions },
  ]);
});

let stop = async (): Promise<void> => {};

afterEach(async () => stop());

function start() {
  const stage = startPassThrough({
    bootstrap: broker.bootstrap,
    input,
    output,
    groupId: uniqueName('group'),
  });
  stop = stage.stop;
  onTestFailed(() => console.error(stage.logger.lines, stage.health.checks(), stage.events.seen));
  return stage;
}

async function send(from: number, count: number): Promise<void> {
  const producer = testClient(broker.bootstrap).producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  const messages = Array.from({ length: count }, (_, index) => ({
    partition: (from + index) % partitions,
    value: `record ${from + index}`,
  }));
  await producer.send({ topic: input, messages });
  await producer.disconnect();
}

async function allWritten(count: number): Promise<StoredRecord[]> {
  return readTopicUntil(broker.bootstrap, output, {
    done: (records) => values(records).size >= count,
    timeoutMs: 30_000,
  });
}

function values(records: readonly StoredRecord[]): Set<string> {
  return new Set(records.map(({ value }) => String(value)));
}

/** What an operator reads at the usual level. */
function linesOf(stage: ReturnType<typeof start>): readonly string[] {
  return stage.logger.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message);
}

describe('the only broker is killed and comes back', () => {
  test('the stage says so, waits, and goes on without a loss', async () => {
    const stage = start();
    await send(0, 500);
    await allWritten(500);
    await broker.faults?.kill(1);
    await expect.poll(() => stage.health.ok(), { timeout: 30_000 }).toBe(false);
    const before = linesOf(stage).length;
    await sleep(6000);
    expect(linesOf(stage).length - before).toBeLessThanOrEqual(2);
    await broker.faults?.restart(1);
    await send(500, 500);
    await allWritten(1000);
    await expect.poll(() => stage.health.ok(), { timeout: 30_000 }).toBe(true);
  });

  test('in the middle of a stream nothing is lost', async () => {
    const stage = start();
    await send(0, 1000);
    await broker.faults?.kill(1);
    await broker.faults?.restart(1);
    await send(1000, 1000);
    expect(values(await allWritten(2000)).size).toBe(2000);
    expect(stage.events.seen.filter((line) => line.startsWith('gap'))).toEqual([]);
  });

  test('a stop while it is away is obeyed within ten seconds', async () => {
    const stage = start();
    await send(0, 10);
    await allWritten(10);
    await broker.faults?.kill(1);
    try {
      await sleep(1000);
      const startMs = performance.now();
      await stage.stop();
      expect(performance.now() - startMs).toBeLessThan(10_000);
      await expect(stage.ended).resolves.toBeUndefined();
    } finally {
      await broker.faults?.restart(1);
    }
  });
});

describe('the only broker stands still', () => {
  test('for a while: the stage waits and goes on', async () => {
    const stage = start();
    await send(0, 10);
    await allWritten(10);
    await broker.faults?.pause(1);
    try {
      await sleep(7000);
    } finally {
      await broker.faults?.resume(1);
    }
    await send(10, 500);
    await allWritten(510);
    await expect.poll(() => stage.health.ok(), { timeout: 30_000 }).toBe(true);
  });
});
