import type { Message } from 'kafkajs';
import { CompressionTypes } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { readTopic, readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';
import { type PassThroughOptions, producerFor, startPassThrough } from './pass-through.ts';

const partitions = 3;
const { bootstrap } = sharedBroker();
let input = '';
let output = '';
let groupId = '';
let started: { stop: () => Promise<void> }[] = [];

beforeEach(async () => {
  input = uniqueName('in');
  output = uniqueName('out');
  groupId = uniqueName('group');
  await createTopics(bootstrap, [
    { name: input, partitions },
    { name: output, partitions },
  ]);
});

afterEach(async () => {
  await Promise.all(started.map(async (stage) => stage.stop()));
  started = [];
});

function start(over: Partial<PassThroughOptions> = {}) {
  const stage = startPassThrough({ bootstrap, input, output, groupId, ...over });
  started.push(stage);
  return stage;
}

async function send(messages: readonly Message[], compression = CompressionTypes.None) {
  const producer = producerFor(bootstrap);
  await producer.connect();
  for (let from = 0; from < messages.length; from += 500) {
    await producer.send({ topic: input, compression, messages: messages.slice(from, from + 500) });
  }
  await producer.disconnect();
}

function numbered(count: number, from = 0): Message[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: (from + index) % partitions,
    value: `record ${from + index}`,
  }));
}

async function outputOf(count: number): Promise<StoredRecord[]> {
  const done = (records: readonly StoredRecord[]) => records.length >= count;
  return readTopicUntil(bootstrap, output, { done, timeoutMs: 60_000 });
}

function withoutSource({ headers, ...record }: StoredRecord) {
  return { ...record, headers: headers.filter(([name]) => name !== 'flow-source') };
}

function unique(records: readonly StoredRecord[]): Set<string> {
  return new Set(valuesOf(records));
}

function valuesOf(records: readonly StoredRecord[]): string[] {
  return records.map(({ value }) => String(value));
}

describe('what comes out is what went in', () => {
  const messages: Message[] = [
    { partition: 0, key: 'key', value: 'value', timestamp: '1700000000123' },
    { partition: 0, key: null, value: 'no key', timestamp: '1' },
    { partition: 1, key: '', value: '', timestamp: '1700000000123' },
    { partition: 1, key: 'tombstone', value: null, timestamp: '1700000000122' },
    {
      partition: 2,
      key: Buffer.from([0xff, 0, 0xfe]),
      value: Buffer.from([0x80, 0, 0xff]),
      timestamp: '1700000000999',
      headers: {
        name: 'é',
        empty: '',
        no: undefined,
        twice: ['1', '2'],
        bytes: Buffer.from([0xff]),
      },
    },
  ];

  test.each([
    ['none', CompressionTypes.None],
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ] as const)('through %s', async (compression, type) => {
    await send(messages, type);
    start({ compression });
    const written = await outputOf(messages.length);
    const read = await readTopic(bootstrap, input);
    expect(written.map(withoutSource)).toEqual(read);
    expect(written.map(({ headers }) => String(headers.at(-1)?.[1]))).toEqual(
      read.map(({ partition, offset }) => `${input}/${partition}/${offset}`),
    );
  });

  test('in the order of each partition, however many requests it takes', async () => {
    await send(numbered(6000));
    start();
    const written = await outputOf(6000);
    expect(valuesOf(written)).toEqual(valuesOf(await readTopic(bootstrap, input)));
  });

  test('a full batch that has grown beyond what a broker takes is split', async () => {
    const pad = 'x'.repeat(900);
    const big = numbered(3000).map(({ value }) => ({
      partition: 0,
      value: `${String(value)} ${pad}`,
    }));
    await send(big);
    start();
    expect(valuesOf(await outputOf(3000))).toEqual(big.map(({ value }) => value));
  });
});

test('of transactions that overlap only what was committed is read', async () => {
  const [committed, first, second] = await Promise.all(['c', '1', '2'].map(transactional));
  await committed?.send('seen');
  await first?.send('aborted');
  await second?.send('aborted too');
  await first?.transaction.abort();
  await second?.send('aborted still');
  await committed?.send('seen as well');
  await second?.transaction.abort();
  await committed?.transaction.commit();
  await send([{ partition: 0, value: 'last' }]);
  start();
  expect(valuesOf(await outputOf(3))).toEqual(['seen', 'seen as well', 'last']);
});

describe('stopping and starting', () => {
  test('a drain in mid-stream loses nothing and repeats nothing', async () => {
    await send(numbered(3000));
    const first = start();
    await outputOf(1);
    const writing = send(numbered(3000, 3000));
    await first.stop();
    await expect(first.ended).resolves.toBeUndefined();
    await writing;
    start();
    const written = await outputOf(6000);
    expect(valuesOf(written)).toEqual(valuesOf(await readTopic(bootstrap, input)));
  });

  test('a drain is quick', async () => {
    const stage = start();
    await send(numbered(30));
    await outputOf(30);
    const startMs = performance.now();
    await stage.stop();
    // Half a second; a drain that waits for what will not come is abandoned after seven.
    expect(performance.now() - startMs).toBeLessThan(6500);
  });

  test('members that come and go lose nothing', async () => {
    const all = 6000;
    const first = start();
    let sent = 0;
    const sendMore = async () => {
      await send(numbered(all / 6, sent));
      sent += all / 6;
    };
    await sendMore();
    const second = start();
    await sendMore();
    await expect.poll(() => second.health.checks().length, { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => first.events.seen, { timeout: 30_000 }).toContain('rebalanced()');
    await sendMore();
    await first.stop();
    await sendMore();
    start();
    await sendMore();
    await sendMore();
    const written = await readTopicUntil(bootstrap, output, {
      done: (records) => unique(records).size >= all,
      timeoutMs: 60_000,
    });
    expect(unique(written)).toEqual(unique(await readTopic(bootstrap, input)));
  });
});

describe('where a group begins', () => {
  test('`latest` begins with what comes after it', async () => {
    await send(numbered(30));
    const stage = start({ from: 'latest' });
    await expect.poll(() => stage.health.ok() && stage.health.checks().length > 0).toBe(true);
    await expect
      .poll(
        async () => {
          await send([{ partition: 0, value: 'later' }]);
          return (await readTopic(bootstrap, output)).length;
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBeGreaterThan(0);
    expect(new Set(valuesOf(await readTopic(bootstrap, output)))).toEqual(new Set(['later']));
  });

  test('`stop` refuses a group that has no offset', async () => {
    await send(numbered(30));
    await expect(start({ from: 'stop' }).ended).rejects.toMatchObject({ code: 'kafka/no-offset' });
    expect(await readTopic(bootstrap, output)).toEqual([]);
  });

  test('records deleted before they could be read are counted', async () => {
    await send(numbered(300));
    const first = start();
    await outputOf(300);
    await first.stop();
    await send(numbered(300, 300));
    await deleteBefore('150');
    const second = start();
    await outputOf(450);
    expect(second.logger.lines.filter(({ level }) => level === 'error')).toHaveLength(partitions);
    expect(second.events.seen).toContain(`gap({"topic":"${input}","partition":0}, 50)`);
  });
});

/** Deletes what lies before an offset in every partition of the input. */
async function deleteBefore(offset: string): Promise<void> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  await admin.fetchTopicMetadata({ topics: [input] });
  await admin.deleteTopicRecords({
    topic: input,
    partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, offset })),
  });
  await admin.disconnect();
}

/** A transaction of a producer of its own, all into partition 0. */
async function transactional(id: string) {
  const producer = testClient(bootstrap).producer({
    transactionalId: `${input}-${id}`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  onTestFinished(async () => producer.disconnect());
  const transaction = await producer.transaction();
  const sendOne = async (value: string) =>
    transaction.send({ topic: input, messages: [{ partition: 0, value }] });
  return { transaction, send: sendOne };
}
