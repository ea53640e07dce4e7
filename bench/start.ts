// How long the stage as it is built takes from its start to its first output, and what it costs and holds when there is nothing to
// do, on a broker that is up: `npm run bench:start -- --policies 1000 --runs 5`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { startBroker } from '../test/support/broker/harness.ts';
import { startStage } from '../test/support/broker/stage-process.ts';
import { testClient } from '../test/support/broker/topics.ts';
import { fillTopic } from './run/input-topic.ts';
import { provenance } from './run/machine.ts';
import { processUsage } from './run/process-usage.ts';
import { recordsIn } from './run/records-in.ts';
import { formatRows, median } from './run/rows.ts';
import { createWorkload, sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    policies: { type: 'string' },
    runs: { type: 'string', default: '5' },
    /** As users start it. */
    program: { type: 'string', default: 'dist/cli.js' },
    /** What a start leaves to collect is not what rest costs. */
    'settle-seconds': { type: 'string', default: '60' },
    'idle-seconds': { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const size = sizes[values.size === 'small' ? 'small' : 'canonical'];
const idleSeconds = Number(values['idle-seconds']);
const partitions = 4;
const name = `start-${process.pid}`;
const pollMs = 10;

interface Start {
  readonly firstOutputMs: number;
  /** Of one processor, once all is written. */
  readonly idleShare: number;
  readonly rssBytes: number;
}

const broker = await startBroker({ brokers: 1, profile: 'bench' });
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-start-'));
const admin = testClient(broker.bootstrap).admin();
await admin.connect();
try {
  const shape = { ...size, policies: Number(values.policies ?? size.policies) };
  const workload = createWorkload(shape, Number(values.seed));
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  await broker.createTopics([{ name, partitions }]);
  const records = 1000;
  const next = (): Buffer => workload.next();
  await fillTopic(next, { bootstrap: broker.bootstrap, topic: name, partitions, records });
  const starts: Start[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const start = await startOnce(`${name}-${run}`);
    console.error(`first output after ${Math.round(start.firstOutputMs)} ms`);
    starts.push(start);
  }
  report(starts, workload.policies);
} finally {
  rmSync(folder, { recursive: true });
  await admin.disconnect();
  await broker.stop();
}

async function startOnce(run: string): Promise<Start> {
  const [output, deadLetter] = [`${run}-pending`, `${run}-dead-letter`];
  await broker.createTopics([output, deadLetter].map((topic) => ({ name: topic, partitions })));
  const startMs = performance.now();
  const stage = await startStage({
    bootstrap: broker.bootstrap,
    policies: folder,
    program: values.program,
    settings: {
      INPUT_TOPICS: name,
      INPUT_GROUP_ID: run,
      OUTPUT_TOPIC: output,
      DEAD_LETTER_TOPIC: deadLetter,
    },
  });
  try {
    while ((await writtenTo(output)) === 0) await sleep(pollMs);
    const firstOutputMs = performance.now() - startMs;
    await stage.ready();
    await sleep(1000 * Number(values['settle-seconds']));
    const before = processUsage(stage.pid);
    await sleep(1000 * idleSeconds);
    const { cpuSeconds, rssBytes } = processUsage(stage.pid);
    const idleShare = (cpuSeconds - before.cpuSeconds) / idleSeconds;
    return { firstOutputMs, idleShare, rssBytes };
  } finally {
    await stage.kill();
  }
}

async function writtenTo(topic: string): Promise<number> {
  // A topic that was just made may have no leader yet, and holds nothing then.
  return recordsIn(admin, topic).catch(() => 0);
}

function report(starts: readonly Start[], policies: number): void {
  const middle = (of: (start: Start) => number): number => median(starts.map((start) => of(start)));
  const rows = [
    {
      name: `first output, ${policies} policies`,
      unit: 'ms',
      value: middle((one) => one.firstOutputMs),
    },
    { name: 'idle', unit: '% of a core', value: middle((one) => 100 * one.idleShare) },
    { name: 'idle memory', unit: 'MiB', value: middle((one) => one.rssBytes / 1024 ** 2) },
  ];
  process.stdout.write(
    formatRows(
      rows.map((row) => ({ ...row, better: 'less' as const })),
      values.json,
    ),
  );
  for (const line of provenance()) console.error(line);
}
