import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { createWorkload } from '../../bench/workload/workload.ts';
import { createPipeline, type Pipeline } from '../support/broker/pipeline.ts';
import { produceBy } from '../support/broker/produce.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';
import { testClient } from '../support/broker/topics.ts';

const { bootstrap } = sharedBroker();
const partitions = 4;
const recordsPerTick = 40;
const tickMs = 20;

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-durability-'));
const workload = createWorkload('small', 1);
let pipeline: Pipeline;

beforeAll(async () => {
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  pipeline = await createPipeline(bootstrap, partitions);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('members that join, are killed and leave in mid-stream lose nothing and keep the order', async () => {
  const load = startLoad();
  onTestFinished(async () => void (await load.stop()));

  const first = await member();
  await sleep(500);
  const second = await member();
  await sleep(500);
  await first.kill();
  const third = await member();
  await sleep(500);
  const begin = performance.now();
  expect(await second.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - begin).toBeLessThan(10_000);
  const sent = await load.stop();

  const output = await readTopicUntil(bootstrap, pipeline.output, {
    done: (records) => new Set(records.map(sourceOf)).size >= sent,
    timeoutMs: 60_000,
  });
  const perPartition = Map.groupBy(output, (record) => record.partition);
  expect(perPartition.size).toBe(partitions);
  for (const [partition, records] of perPartition) {
    const offsets = [...new Set(records.map(sourceOf))].map((source) => {
      expect(source).toContain(`${pipeline.input}/${partition}/`);
      return Number(source.split('/').at(-1));
    });
    expect(offsets).toEqual(Array.from({ length: sent / partitions }, (_, offset) => offset));
  }
  console.log(`${sent} records, ${output.length - sent} twice`);
  expect(await third.stop()).toEqual({ code: 0, signal: null });
});

async function member(): Promise<StageProcess> {
  const { settings } = pipeline;
  const stage = await startStage({ bootstrap, policies: folder, settings });
  onTestFinished(async () => void (await stage.kill()));
  return stage.ready();
}

/** Produces at an even pace until told to stop, and then says how many records there were. */
function startLoad(): { stop(): Promise<number> } {
  const end = new AbortController();
  const done = produceUntil(end.signal);
  return {
    stop: () => {
      end.abort();
      return done;
    },
  };
}

async function produceUntil(end: AbortSignal): Promise<number> {
  const producer = testClient(bootstrap).producer({ idempotent: true });
  await producer.connect();
  let sent = 0;
  while (!end.aborted) {
    const records = Array.from({ length: recordsPerTick }, (_, index) => ({
      partition: index % partitions,
      value: workload.next(),
    }));
    await produceBy(producer, pipeline.input, records);
    sent += records.length;
    await sleep(tickMs);
  }
  await producer.disconnect();
  return sent;
}

function sourceOf(record: StoredRecord): string {
  return record.headers.find(([name]) => name === 'flow-source')?.[1]?.toString() ?? '';
}
