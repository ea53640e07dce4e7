// `delivery.guarantee: exactly-once` on a real broker: a reader of what is committed finds each input once and
// in order. What dies and when is tried in test/chaos.
import { afterEach, beforeEach, expect, onTestFailed, onTestFinished, test, vi } from 'vitest';

import { deniedFlow } from '../support/broker/denied-flow.ts';
import { createPipeline, type Pipeline } from '../support/broker/pipeline.ts';
import { produce } from '../support/broker/produce.ts';
import { readTopic, readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';
import { startPassThrough } from './pass-through.ts';

const { bootstrap } = sharedBroker();
const policies = 'examples/staging-guide/policies';
const hastyTiming = new URL('../support/broker/hasty-timing.ts', import.meta.url).href;
const partitions = 2;
/** Input records of one transaction: many steps for little input. */
const transactionRecords = 50;
const batchRecords = 250;

let stages: StageProcess[] = [];

beforeEach(() => {
  stages = [];
});

afterEach(async () => {
  await Promise.all(stages.map(async (stage) => stage.kill()));
});

async function start(
  pipeline: Pipeline,
  settings: Readonly<Record<string, string>> = {},
): Promise<StageProcess> {
  const stage = await startStage({
    bootstrap,
    policies,
    settings: {
      ...pipeline.settings,
      DELIVERY_GUARANTEE: 'exactly-once',
      LIMITS_TRANSACTION_RECORDS: String(transactionRecords),
      LIMITS_FETCH_PARTITION_BYTES: '50000',
      ...settings,
    },
    nodeArgs: ['--import', hastyTiming],
  });
  stages.push(stage);
  return stage;
}

/** Of each partition so many records, in batches of a few transactions; every tenth is no flow. */
async function feed({ input }: Pipeline, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += batchRecords) {
    const numbers = Array.from({ length: batchRecords }, (_, index) => first + index);
    const records = numbers.flatMap((number) =>
      Array.from({ length: partitions }, (_, partition) => ({
        partition,
        value: number % 10 === 9 ? 'no flow' : deniedFlow(number),
      })),
    );
    await produce(bootstrap, input, records);
  }
}

/** Once all `count` records of each partition are answered, and no more than that. */
async function expectExactly(pipeline: Pipeline, count: number): Promise<void> {
  const flows = count - Math.floor(count / 10);
  await readTopicUntil(bootstrap, pipeline.output, {
    done: (records) => records.length >= flows * partitions,
    timeoutMs: 90_000,
  });
  const [outputs, deadLetters] = await Promise.all([
    readTopic(bootstrap, pipeline.output),
    readTopic(bootstrap, pipeline.deadLetter),
  ]);
  const offsets = Array.from({ length: count }, (_, offset) => offset);
  for (let partition = 0; partition < partitions; partition += 1) {
    const at = (records: readonly StoredRecord[]) => sourcesIn(records, pipeline.input, partition);
    expect(at(outputs)).toEqual(offsets.filter((offset) => offset % 10 !== 9));
    expect(at(deadLetters)).toEqual(offsets.filter((offset) => offset % 10 === 9));
  }
}

/** The input offsets of the records of a partition, in the order in which they lie. */
function sourcesIn(records: readonly StoredRecord[], input: string, partition: number): number[] {
  const prefix = `${input}/${partition}/`;
  return records
    .filter((record) => record.partition === partition)
    .map(({ headers }) => String(headers.find(([name]) => name === 'flow-source')?.[1]))
    .map((source) => (source.startsWith(prefix) ? Number(source.slice(prefix.length)) : NaN));
}

/** Waits until a stage owns all partitions and has nothing left to do. */
async function drained(stage: StageProcess): Promise<void> {
  await vi.waitUntil(
    async () => {
      const lags = [...(await stage.metric('rehearsal_consumer_lag_records')).values()];
      return lags.length === partitions && lags.every((lag) => lag === 0);
    },
    { timeout: 90_000, interval: 500 },
  );
}

test('a stage that is asked to end finishes its transaction, and the next one repeats nothing', async () => {
  const pipeline = await createPipeline(bootstrap, partitions);
  for (let turn = 0; turn < 3; turn += 1) {
    const stage = await (await start(pipeline)).ready();
    onTestFailed(() => console.error(stage.output));
    await feed(pipeline, turn * 1000, (turn + 1) * 1000);
    if (turn === 2) await drained(stage);
    expect(await stage.stop()).toEqual({ code: 0, signal: null });
  }
  await expectExactly(pipeline, 3000);
  const written = await readTopic(bootstrap, pipeline.output, { uncommitted: true });
  expect(written).toHaveLength((await readTopic(bootstrap, pipeline.output)).length);
}, 240_000);

test('a consumer that begins anew, and one whose offsets are gone, go on where they have to', async () => {
  const { input, output } = await createPipeline(bootstrap, partitions);
  const numbers = async (count: number) => {
    const done = (found: readonly StoredRecord[]) => found.length >= count;
    const found = await readTopicUntil(bootstrap, output, { done, timeoutMs: 60_000 });
    return found.map(({ value }) => Number(value));
  };
  const options = { bootstrap, input, output, groupId: input, guarantee: 'exactly-once' } as const;
  const first = startPassThrough(options);
  onTestFinished(async () => first.stop());
  await produce(bootstrap, input, numbered(0, 500));
  await numbers(1);
  await first.restart();
  await produce(bootstrap, input, numbered(500, 600));
  expect(await numbers(600)).toEqual(Array.from({ length: 600 }, (_, index) => index));
  expect(first.events.seen).toContain('restarted("stall")');
  await first.stop();

  await produce(bootstrap, input, numbered(600, 700));
  await deleteRecords(input, 650);
  const second = startPassThrough(options);
  onTestFinished(async () => second.stop());
  expect((await numbers(650)).slice(600)).toEqual(
    Array.from({ length: 50 }, (_, index) => 650 + index),
  );
  expect(second.events.seen.filter((line) => line.startsWith('gap'))).toEqual([
    `gap({"topic":"${input}","partition":0}, 50)`,
  ]);
});

function numbered(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => ({
    partition: 0,
    value: String(from + index),
  }));
}

/** All before this offset of partition 0, as retention would. */
async function deleteRecords(topic: string, offset: number): Promise<void> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  // kafkajs must know the topic first.
  await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

test('a stage that cannot keep its promise, with fewer output partitions than input ones, refuses to start', async () => {
  const pipeline = await createPipeline(bootstrap, partitions);
  const narrow = `${pipeline.output}-narrow`;
  await createTopics(bootstrap, [{ name: narrow, partitions: 1 }]);
  const stage = await start(pipeline, { OUTPUT_TOPIC: narrow });
  expect(await stage.exited).toEqual({ code: 78, signal: null });
  expect(stage.output).toMatch(/has 1 partitions and the input 2/);
});
