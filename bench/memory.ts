// Watches the memory of the stage under a steady load. A healthy one is flat: it grows by less than
// a tenth from the second minute to the tenth. `node bench/memory.ts --minutes 10 --rate 5000`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { startBroker } from '../test/support/broker/harness.ts';
import { startStage } from '../test/support/broker/stage-process.ts';
import { processUsage } from './run/process-usage.ts';
import { formatRows, median } from './run/rows.ts';
import { steadyLoad } from './run/steady-load.ts';
import { createWorkload } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    minutes: { type: 'string', default: '10' },
    'from-minute': { type: 'string', default: '2' },
    rate: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const growthMax = 0.1;
const sampleEveryMs = 1000;
const partitions = 4;
const run = `memory-${process.pid}`;
/** What has been read is soon deleted, so that hours of load fit on a disk. */
const shortLived = {
  'segment.bytes': '33554432',
  'retention.bytes': '67108864',
  'retention.ms': '60000',
};

interface Sample {
  readonly minute: number;
  readonly rssBytes: number;
  readonly judged: number;
}

const broker = await startBroker({
  brokers: 1,
  profile: 'bench',
  extra: { 'log.retention.check.interval.ms': '5000' },
});
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-memory-'));
try {
  const size = values.size === 'small' ? 'small' : 'canonical';
  const workload = createWorkload(size, Number(values.seed));
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  const topics = [run, `${run}-pending`, `${run}-dead-letter`];
  await broker.createTopics(topics.map((name) => ({ name, partitions, configs: shortLived })));
  const load = await steadyLoad(workload, {
    bootstrap: broker.bootstrap,
    topic: run,
    partitions,
    recordsPerSecond: Number(values.rate),
  });
  try {
    report(await observe());
  } finally {
    await load.stop();
  }
} finally {
  rmSync(folder, { recursive: true });
  await broker.stop();
}

async function observe(): Promise<Sample[]> {
  const stage = await startStage({
    bootstrap: broker.bootstrap,
    policies: folder,
    settings: {
      INPUT_TOPICS: run,
      INPUT_GROUP_ID: run,
      OUTPUT_TOPIC: `${run}-pending`,
      DEAD_LETTER_TOPIC: `${run}-dead-letter`,
    },
  });
  try {
    await stage.ready();
    const samples: Sample[] = [];
    const startMs = performance.now();
    let nextTableMinute = 0;
    for (let minute = 0; minute < minutes; minute = (performance.now() - startMs) / 60_000) {
      const { rssBytes } = processUsage(stage.pid);
      const counts = await stage.metric('rehearsal_records_total');
      const judged = [...counts.values()].reduce((sum, count) => sum + count, 0);
      samples.push({ minute, rssBytes, judged });
      if (minute >= nextTableMinute) {
        console.error(`${minute.toFixed(1)} min  ${mib(rssBytes)} MiB  ${judged} records`);
        nextTableMinute = minute + minutes / 20;
      }
      await sleep(sampleEveryMs);
    }
    return samples;
  } finally {
    await stage.kill();
  }
}

/** Memory goes up and down with collections: medians over a tenth of the time are compared. */
function report(samples: readonly Sample[]): void {
  const from = Number(values['from-minute']);
  const width = Math.max((minutes - from) / 10, (2 * sampleEveryMs) / 60_000);
  const around = (lowest: number, highest: number): number =>
    median(
      samples
        .filter(({ minute }) => minute >= lowest && minute <= highest)
        .map(({ rssBytes }) => rssBytes),
    );
  const growth = around(minutes - width, minutes) / around(from, from + width) - 1;
  const peak = Math.max(...samples.map(({ rssBytes }) => rssBytes));
  const rows = [
    { name: 'stage memory growth', unit: '%', value: 100 * growth, better: 'less' },
    { name: 'stage peak memory', unit: 'MiB', value: mib(peak), better: 'less' },
  ] as const;
  process.stdout.write(formatRows(rows, values.json));
  if (growth > growthMax && minutes >= 10) process.exitCode = 1;
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
