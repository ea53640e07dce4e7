import { expect, test } from 'vitest';

import { createBatchHandler, type LoopOptions } from '../../src/stage/loop.ts';
import type { Batch, DeadLetter, JudgedBatch, OutputRecord, Sink } from '../../src/stage/ports.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { Tally } from '../../src/stage/tally.ts';
import { valuesIn } from '../support/chunks.ts';

const batch: Batch = { topic: 'flows', partition: 5, records: [], highWatermark: 0 };
const calm = new AbortController().signal;

function record(value: string): OutputRecord {
  return { timestampMs: 1, key: null, value: Buffer.from(value), headers: [] };
}

function deadLetter(offset: number): DeadLetter {
  const value = null;
  return { offset, index: null, reason: 'not_a_record', value, record: record(`dead ${offset}`) };
}

/** A stage whose judge answers `judged`; `log` is what became of it, in order. */
function aStage(judged: Partial<JudgedBatch>, over: Partial<LoopOptions> = {}) {
  const log: string[] = [];
  const sink: Sink = {
    produce: async ({ topic, partition }, chunks) => {
      const values = valuesIn(chunks).join(' ');
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${topic}/${partition}: ${values}`);
    },
  };
  const handler = createBatchHandler({
    judge: {
      current: (_, nowMs) => {
        log.push(`judged at ${nowMs}`);
        return { outputs: packRecords([]), deadLetters: [], tally: new Tally(), ...judged };
      },
    },
    sink,
    counters: { add: () => void log.push('counted') },
    clock: { nowMs: () => 77, monotonicMs: () => 0 },
    outputTopic: 'out',
    limits: { produceRecords: 10, produceBytes: 1000 },
    deadLetters: { topic: 'dead', partitions: 3 },
    ...over,
  });
  return { handler, log };
}

test('a batch is judged, written to its own partition, then counted', async () => {
  const { handler, log } = aStage({ outputs: packRecords([record('a'), record('b')]) });
  await handler(batch, calm);
  expect(log).toEqual(['judged at 77', 'out/5: a b', 'counted']);
});

test('dead letters go to the partition of the same number, modulo what there is', async () => {
  const { handler, log } = aStage({
    outputs: packRecords([record('a')]),
    deadLetters: [deadLetter(7)],
  });
  await handler(batch, calm);
  expect(log).toEqual(['judged at 77', 'out/5: a', 'dead/2: dead 7', 'counted']);
});

test('a batch of which nothing comes is counted all the same', async () => {
  const { handler, log } = aStage({});
  await handler(batch, calm);
  expect(log).toEqual(['judged at 77', 'counted']);
});

test('what is not acknowledged is not counted', async () => {
  const sink = { produce: async () => Promise.reject(new Error('no')) };
  const { handler, log } = aStage({ outputs: packRecords([record('a')]) }, { sink });
  await expect(handler(batch, calm)).rejects.toThrow('no');
  expect(log).toEqual(['judged at 77']);
});

test('without a dead-letter topic the first bad record stops the stage before anything is written', async () => {
  const judged = {
    outputs: packRecords([record('a')]),
    deadLetters: [deadLetter(7), deadLetter(8)],
  };
  const { handler, log } = aStage(judged, { deadLetters: null });
  await expect(handler(batch, calm)).rejects.toMatchObject({
    code: 'input/bad-record',
    message: expect.stringContaining('record flows/5/7 cannot be judged, `not_a_record`'),
  });
  expect(log).toEqual(['judged at 77']);
});

test('the judge is asked for anew each batch, so that policies change between batches', async () => {
  const judges = ['one', 'two'].map((name) => (): JudgedBatch => ({
    outputs: packRecords([record(name)]),
    deadLetters: [],
    tally: new Tally(),
  }));
  const holder = {
    get current() {
      const [next = unexpected] = judges.splice(0, 1);
      return next;
    },
  };
  const { handler, log } = aStage({}, { judge: holder });
  await handler(batch, calm);
  await handler(batch, calm);
  expect(log).toEqual(['out/5: one', 'counted', 'out/5: two', 'counted']);
});

function unexpected(): never {
  throw new Error('a batch too many');
}
