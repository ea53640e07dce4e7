import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { steadyLoad } from '../../bench/run/steady-load.ts';
import { createWorkload } from '../../bench/workload/workload.ts';
import { createPipeline, type Pipeline } from '../support/broker/pipeline.ts';
import { readTopicUntil } from '../support/broker/read-topic.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { startStage, type StageProcess } from '../support/broker/stage-process.ts';
import type { StoredRecord } from '../support/broker/stored-record.ts';

const { bootstrap } = sharedBroker();
const partitions = 4;

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-durability-'));
const workload = createWorkload('small', 1);
let pipeline: Pipeline;

beforeAll(async () => {
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  pipeline = await createPipeline(bootstrap, partitions);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('members that join, are killed and leave in mid-stream lose nothing and keep the order', async () => {
  const load = await steadyLoad(workload, {
    bootstrap,
    topic: pipeline.input,
    partitions,
    recordsPerSecond: 1000,
  });
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
  const sources = new Set(output.map(sourceOf));
  expect(sources.size).toBe(sent);
  // In the order in which they were first answered: that of each partition, with nothing missing.
  for (let partition = 0; partition < partitions; partition++) {
    const prefix = `${pipeline.input}/${partition}/`;
    const offsets = [...sources]
      .filter((source) => source.startsWith(prefix))
      .map((source) => Number(source.slice(prefix.length)));
    expect(offsets).toEqual(Array.from(offsets, (_, position) => position));
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

function sourceOf(record: StoredRecord): string {
  return record.headers.find(([name]) => name === 'flow-source')?.[1]?.toString() ?? '';
}
