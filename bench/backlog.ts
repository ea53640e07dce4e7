// What the stage holds while it catches up with a backlog, and while it reads its policies anew on the way: its peaks, and whether it
// grows. `npm run bench:backlog -- --records 5000000 --policies 5000`; the broker needs 1.2 KB of disk a record.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { startStage, type StageProcess } from '../test/support/broker/stage-process.ts';
import { testClient } from '../test/support/broker/topics.ts';
import { fillTopic } from './run/input-topic.ts';
import { provenance } from './run/machine.ts';
import { processUsage } from './run/process-usage.ts';
import { recordsIn } from './run/records-in.ts';
import { formatRows, median } from './run/rows.ts';
import { shortLived, startTidyBroker } from './run/short-lived.ts';
import { createWorkload, sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    records: { type: 'string', default: '5000000' },
    policies: { type: 'string', default: '5000' },
    flows: { type: 'string' },
    compression: { type: 'string', default: 'none' },
    guarantee: { type: 'string', default: 'at-least-once' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const partitions = 4;
const sampleEveryMs = 100;
/** Of the records, once all flows have been met: what is held from here on should stay. */
const warm = 0.4;
/** Then policies are read anew. */
const reloadAt = 0.7;
const readyMsMax = 120_000;
const name = `backlog-${process.pid}`;
const [output, deadLetter] = [`${name}-pending`, `${name}-dead-letter`];

const onePolicyMore = `apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata:
  name: one-more
spec:
  order: 9000
  selector: app == 'nobody'
  types: [Ingress]
`;

interface Sample {
  /** Of the backlog. */
  readonly share: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  /** Whether policies were being read just then. */
  readonly isReload: boolean;
}

const broker = await startTidyBroker();
const admin = testClient(broker.bootstrap).admin();
await admin.connect();
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-backlog-'));
try {
  const size = sizes[values.size === 'small' ? 'small' : 'canonical'];
  const flows = Number(values.flows ?? size.flows);
  const shape = { ...size, policies: Number(values.policies), flows };
  const workload = createWorkload(shape, Number(values.seed));
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  await broker.createTopics([
    { name, partitions },
    ...[output, deadLetter].map((topic) => ({ name: topic, partitions, configs: shortLived })),
  ]);
  const next = (): Buffer => workload.next();
  await fillTopic(next, { bootstrap: broker.bootstrap, topic: name, partitions, records });
  console.error(`${records} records of ${workload.flows} flows, ${workload.policies} policies`);
  const stage = await start();
  try {
    await stage.ready(readyMsMax);
    report(await caughtUp(stage));
  } finally {
    await stage.kill();
  }
} finally {
  rmSync(folder, { recursive: true });
  await admin.disconnect();
  await broker.stop();
}

async function start(): Promise<StageProcess> {
  return startStage({
    bootstrap: broker.bootstrap,
    policies: folder,
    program: 'dist/cli.js',
    settings: {
      INPUT_TOPICS: name,
      INPUT_GROUP_ID: name,
      OUTPUT_TOPIC: output,
      DEAD_LETTER_TOPIC: deadLetter,
      OUTPUT_COMPRESSION: values.compression,
      DELIVERY_GUARANTEE: values.guarantee,
    },
  });
}

/** Until everything is answered. */
async function caughtUp(stage: StageProcess): Promise<Sample[]> {
  const samples: Sample[] = [];
  let reload: 'due' | 'under way' | 'done' = 'due';
  for (let share = 0; share < 1;) {
    share = (await answered()) / records;
    if (reload === 'due' && share >= reloadAt) {
      writeFileSync(join(folder, 'more.yaml'), onePolicyMore);
      reload = 'under way';
    }
    if (reload === 'under way' && (await loadsOf(stage)) > 1) reload = 'done';
    for (let looks = 0; looks < 10; looks += 1) {
      await sleep(sampleEveryMs);
      samples.push({ ...processUsage(stage.pid), share, isReload: reload === 'under way' });
    }
    console.error(
      `${(100 * share).toFixed(0)} %, RSS ${mib(samples.at(-1)?.rssBytes ?? 0)} MiB, reload ${reload}`,
    );
  }
  if (reload !== 'done') throw new Error('the policies were not read anew: use more records');
  return samples;
}

/** As Kafka has it: a page of the metrics of thousands of policies is work of its own. */
async function answered(): Promise<number> {
  return (await recordsIn(admin, output)) + (await recordsIn(admin, deadLetter));
}

async function loadsOf(stage: StageProcess): Promise<number> {
  const results = await stage.metric('rehearsal_policy_reload_total');
  return results.get('result="success"') ?? 0;
}

function report(samples: readonly Sample[]): void {
  const rss = (of: (sample: Sample) => boolean): number[] =>
    samples.filter(of).map(({ rssBytes }) => rssBytes);
  const steady = samples.filter(({ share }) => share >= warm && share < reloadAt);
  const half = Math.floor(steady.length / 2);
  const middle = (some: readonly Sample[]): number => median(some.map(({ rssBytes }) => rssBytes));
  const [first, last] = [steady[0], steady.at(-1)];
  if (first === undefined || last === undefined) throw new Error('too fast: use more records');
  const cpuSeconds = last.cpuSeconds - first.cpuSeconds;
  const cost = (1e6 * cpuSeconds) / ((last.share - first.share) * records);
  const rows = [
    {
      name: 'peak before the reload',
      value: mib(Math.max(...rss(({ share }) => share < reloadAt))),
    },
    { name: 'once warm', value: mib(middle(steady.slice(0, half))) },
    { name: 'later', value: mib(middle(steady.slice(half))) },
    { name: 'peak in the reload', value: mib(Math.max(...rss(({ isReload }) => isReload))) },
    { name: 'peak', value: mib(Math.max(...rss(() => true))) },
  ];
  const figures = [
    ...rows.map((row) => ({ ...row, unit: 'MiB' })),
    { name: 'CPU once warm', value: cost, unit: 's per million records' },
  ].map((row) => ({ ...row, better: 'less' as const }));
  process.stdout.write(formatRows(figures, values.json));
  console.error(provenance().join('\n'));
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
