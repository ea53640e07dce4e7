// One of three brokers is killed beneath a stage that is at work; each leads something.
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest';

import { type BrokerHarness, startBroker } from '../support/broker/harness.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { producerFor, startPassThrough } from './pass-through.ts';

const partitions = 6;
let broker: BrokerHarness;

beforeAll(async () => {
  broker = await startBroker({ brokers: 3, profile: 'test' });
});

afterAll(async () => broker.stop());

test('each of three brokers killed in turn: nothing is lost and the order is kept', async () => {
  const [input, output] = ['failover-in', 'failover-out'];
  await broker.createTopics([
    { name: input, partitions },
    { name: output, partitions },
  ]);
  const stage = startPassThrough({
    bootstrap: broker.bootstrap,
    input,
    output,
    groupId: 'failover',
    compression: 'zstd',
  });
  onTestFinished(async () => stage.stop());
  onTestFailed(() => console.error(stage.logger.lines.filter(({ level }) => level !== 'debug')));

  const producer = producerFor(broker.bootstrap);
  await producer.connect();
  onTestFinished(async () => producer.disconnect());
  let sent = 0;
  const stop = new AbortController();
  const sending = (async () => {
    while (!stop.signal.aborted) {
      const messages = Array.from({ length: 60 }, (_, index) => ({
        partition: index % partitions,
        value: String(sent + index),
      }));
      for (let partition = 0; partition < partitions; partition += 1) {
        const some = messages.filter((message) => message.partition === partition);
        await producer.send({ topic: input, acks: -1, messages: some });
      }
      sent += messages.length;
      await sleep(20);
    }
  })();
  for (const id of [1, 2, 3]) {
    await sleep(2000);
    await broker.faults?.kill(id);
    await sleep(3000);
    await broker.faults?.restart(id);
  }
  stop.abort();
  await sending;

  const written = await readTopicUntil(broker.bootstrap, output, {
    done: (records) => firsts(records).size >= sent,
    timeoutMs: 60_000,
  });
  const seen = firsts(written);
  expect(seen.size).toBe(sent);
  for (let partition = 0; partition < partitions; partition += 1) {
    const numbers = [...seen].filter(([, at]) => at === partition).map(([number]) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  expect(stage.events.seen.filter((line) => line.startsWith('gap'))).toEqual([]);
  console.error(`${sent} records, ${written.length - sent} of them twice`);
});

/** Each number where and in the order in which it first came. */
function firsts(records: readonly StoredRecord[]): Map<number, number> {
  const seen = new Map<number, number>();
  for (const { value, partition } of records) {
    const number = Number(String(value));
    if (!seen.has(number)) seen.set(number, partition);
  }
  return seen;
}
