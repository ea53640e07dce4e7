// Watches what the stage holds under a steady load: its heap and what lies beside it, each right after a
// collection, its handles and files, and how late its loop is. A healthy stage is flat once it is warm.
// `node bench/memory.ts --minutes 60 --share 0.7`
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startStage, type StageProcess } from '../test/support/broker/stage-process.ts';
import { type Held, lastHeld } from './run/held.ts';
import { provenance } from './run/machine.ts';
import { formatRows, median, type Row } from './run/rows.ts';
import { shortLived, startTidyBroker } from './run/short-lived.ts';
import { steadyLoad } from './run/steady-load.ts';
import { createWorkload, type Workload } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    minutes: { type: 'string', default: '10' },
    /** What comes before is warming up. Default: a quarter of the time. */
    'from-minute': { type: 'string', default: '' },
    rate: { type: 'string', default: '5000' },
    /** Of the most that producer, broker and stage come to together here, instead of a rate. */
    share: { type: 'string', default: '' },
    guarantee: { type: 'string', default: 'at-least-once' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const from = values['from-minute'] === '' ? minutes / 4 : Number(values['from-minute']);
/** Between the first and the last of the spans of time that are compared. */
const growthMax = 0.05;
const spanMinutes = Math.min(10, (minutes - from) / 2);
const sampleEveryMs = Math.min(10_000, (minutes * 60_000) / 12);
const most = { warmUpMs: 60_000, ms: 30_000, recordsPerSecond: 1e6 };
const partitions = 4;
/** On a machine that is busy, too. */
const readyMsMax = 600_000;
const run = `memory-${process.pid}`;

interface Sample extends Held {
  readonly minute: number;
  readonly records: number;
}

const broker = await startTidyBroker();
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-memory-'));
try {
  const workload = createWorkload(
    values.size === 'small' ? 'small' : 'canonical',
    Number(values.seed),
  );
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  const topics = [run, `${run}-pending`, `${run}-dead-letter`];
  await broker.createTopics(topics.map((name) => ({ name, partitions, configs: shortLived })));
  const stage = await start();
  try {
    await stage.ready(readyMsMax);
    const rate = values.share === '' ? Number(values.rate) : await shareOfMost(stage, workload);
    console.error(`${Math.round(rate)} records/s`);
    report(rate, await underLoad(workload, rate, () => observe(stage)));
  } finally {
    await stage.kill();
  }
} finally {
  rmSync(folder, { recursive: true });
  await broker.stop();
}

async function start(): Promise<StageProcess> {
  return startStage({
    bootstrap: broker.bootstrap,
    policies: folder,
    settings: {
      INPUT_TOPICS: run,
      INPUT_GROUP_ID: run,
      OUTPUT_TOPIC: `${run}-pending`,
      DEAD_LETTER_TOPIC: `${run}-dead-letter`,
      DELIVERY_GUARANTEE: values.guarantee,
    },
    nodeArgs: ['--import', fileURLToPath(new URL('run/after-collection.ts', import.meta.url))],
  });
}

async function underLoad<T>(
  workload: Workload,
  recordsPerSecond: number,
  look: () => Promise<T>,
): Promise<T> {
  const { bootstrap } = broker;
  const load = await steadyLoad(workload, { bootstrap, topic: run, partitions, recordsPerSecond });
  try {
    return await look();
  } finally {
    await load.stop();
  }
}

/** What comes out when more is offered than gets through. */
async function shareOfMost(stage: StageProcess, workload: Workload): Promise<number> {
  const records = await underLoad(workload, most.recordsPerSecond, async () => {
    await sleep(most.warmUpMs);
    const before = await recordsOf(stage);
    await sleep(most.ms);
    return (await recordsOf(stage)) - before;
  });
  const rate = (1000 * records) / most.ms;
  console.error(`${Math.round(rate)} records/s at most`);
  return rate * Number(values.share);
}

/** A stage that is starved closes connections whose request is late; that is no reason to end an hour's run. */
async function recordsOf(stage: StageProcess, tries = 5): Promise<number> {
  const page = stage.metric('rehearsal_records_total');
  const counts = await page.catch((error: unknown) => {
    if (tries <= 1) throw error;
    return null;
  });
  if (counts === null) return recordsOf(stage, tries - 1);
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

async function observe(stage: StageProcess): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startMs = performance.now();
  const before = await recordsOf(stage);
  let nextLineMinute = 0;
  for (let minute = 0; minute < minutes; minute = (performance.now() - startMs) / 60_000) {
    await sleep(sampleEveryMs);
    const held = lastHeld(stage.output);
    if (held === null) continue;
    const records = (await recordsOf(stage)) - before;
    samples.push({ ...held, minute, records });
    if (minute < nextLineMinute) continue;
    const { heapBytes, externalBytes, rssBytes, handles, files } = held;
    console.error(
      `${minute.toFixed(1)} min  heap ${mib(heapBytes)} + ${mib(externalBytes)} MiB, RSS ${mib(rssBytes)} MiB, ` +
        `${handles} handles, ${files} files, ${records} records`,
    );
    nextLineMinute = minute + minutes / 30;
  }
  return samples;
}

function report(rate: number, samples: readonly Sample[]): void {
  const inSpan = (begin: number): Sample[] =>
    samples.filter(({ minute }) => minute >= begin && minute < begin + spanMinutes);
  const [first, last] = [inSpan(from), inSpan(minutes - spanMinutes)];
  const growthOf = (what: (sample: Sample) => number): number =>
    median(last.map(what)) / median(first.map(what)) - 1;
  const heldBytes = ({ heapBytes, externalBytes }: Sample): number => heapBytes + externalBytes;
  const growth = growthOf(heldBytes);
  const warm = samples.filter(({ minute }) => minute >= from);
  const rows = [
    less('offered', 'records/s', rate),
    less('answered', 'records', samples.at(-1)?.records ?? 0),
    less('heap and external, first span', 'MiB', median(first.map(heldBytes)) / 1024 ** 2),
    less('heap and external, last span', 'MiB', median(last.map(heldBytes)) / 1024 ** 2),
    less('growth of heap and external', '%', 100 * growth),
    less('growth of RSS', '%', 100 * growthOf(({ rssBytes }) => rssBytes)),
    less('peak RSS', 'MiB', mib(Math.max(...samples.map(({ rssBytes }) => rssBytes)))),
    less('handles, first span', '', median(first.map(({ handles }) => handles))),
    less('handles, last span', '', median(last.map(({ handles }) => handles))),
    less('files, first span', '', median(first.map(({ files }) => files))),
    less('files, last span', '', median(last.map(({ files }) => files))),
    less('loop delay, p99, median', 'ms', median(warm.map(({ delayMsP99 }) => delayMsP99))),
    less('loop delay, most', 'ms', Math.max(...warm.map(({ delayMsMax }) => delayMsMax))),
  ];
  process.stdout.write(formatRows(rows, values.json));
  console.error(provenance().join('\n'));
  if (growth > growthMax && minutes >= 10) process.exitCode = 1;
}

function less(name: string, unit: string, value: number): Row {
  return { name, unit, value, better: 'less' };
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
