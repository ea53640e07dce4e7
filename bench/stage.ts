// `npm run bench`: the stage beside stock kafkajs that passes the same bytes through, in turns, on one
// real broker. Only figures of neighbouring runs may be compared: hence the ratios.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { startBroker } from '../test/support/broker/harness.ts';
import { startStage } from '../test/support/broker/stage-process.ts';
import { fillTopic } from './run/input-topic.ts';
import { type Pace, watch } from './run/progress.ts';
import { formatRows, median, type Row } from './run/rows.ts';
import { createWorkload } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    records: { type: 'string', default: '400000' },
    pairs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const partitions = 4;
const peer = 'kafkajs pass-through';

const broker = await startBroker({ brokers: 1, profile: 'bench' });
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'));
const run = `bench-${process.pid}`;
try {
  const workload = createWorkload(
    values.size === 'small' ? 'small' : 'canonical',
    Number(values.seed),
  );
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  const { policies, endpoints, flows } = workload;
  console.error(`${policies} policies, ${endpoints} endpoints, ${flows} flows, ${records} records`);
  await broker.createTopics([{ name: run, partitions }]);
  await fillTopic(workload, { bootstrap: broker.bootstrap, topic: run, partitions, records });

  const pairs: { stage: Pace; passThrough: Pace }[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const stage = await measureStage(`${run}-stage-${pair}`);
    const passThrough = await measurePassThrough(`${run}-pass-${pair}`);
    pairs.push({ stage, passThrough });
  }
  process.stdout.write(formatRows(rowsOf(pairs), values.json));
  const { model = 'unknown' } = cpus()[0] ?? {};
  console.error(`Node ${process.versions.node}, ${cpus().length} × ${model}, seed ${values.seed}`);
} finally {
  rmSync(folder, { recursive: true });
  await broker.stop();
}

async function measureStage(topic: string): Promise<Pace> {
  const deadLetter = `${topic}-dead-letter`;
  await broker.createTopics([topic, deadLetter].map((name) => ({ name, partitions })));
  const stage = await startStage({
    bootstrap: broker.bootstrap,
    policies: folder,
    settings: {
      INPUT_TOPICS: run,
      INPUT_GROUP_ID: topic,
      OUTPUT_TOPIC: topic,
      OUTPUT_COMPRESSION: 'none',
      DEAD_LETTER_TOPIC: deadLetter,
    },
  });
  try {
    await stage.ready();
    return await watch(stage.pid, { bootstrap: broker.bootstrap, topic, records });
  } finally {
    await stage.kill();
  }
}

async function measurePassThrough(topic: string): Promise<Pace> {
  await broker.createTopics([{ name: topic, partitions }]);
  const program = fileURLToPath(new URL('pass-through.ts', import.meta.url));
  // Stock kafkajs sets a timer in the past, of which Node would warn.
  const args = ['--disable-warning=TimeoutNegativeWarning', program, broker.bootstrap, run, topic];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return await watch(child.pid ?? 0, { bootstrap: broker.bootstrap, topic, records });
  } finally {
    child.kill('SIGKILL');
  }
}

function rowsOf(pairs: readonly { stage: Pace; passThrough: Pace }[]): Row[] {
  const over = (figure: (pair: { stage: Pace; passThrough: Pace }) => number): number =>
    median(pairs.map(figure));
  const mib = 1024 * 1024;
  return [
    {
      name: 'stage CPU',
      unit: 's per million records',
      value: over(({ stage }) => stage.cpuSecondsPerMillion),
      better: 'less',
      peer,
      ratio: over(
        ({ stage, passThrough }) => passThrough.cpuSecondsPerMillion / stage.cpuSecondsPerMillion,
      ),
    },
    {
      name: 'stage rate',
      unit: 'records/s',
      value: over(({ stage }) => stage.recordsPerSecond),
      better: 'more',
      peer,
      ratio: over(
        ({ stage, passThrough }) => stage.recordsPerSecond / passThrough.recordsPerSecond,
      ),
    },
    {
      name: 'stage peak memory',
      unit: 'MiB',
      value: over(({ stage }) => stage.rssBytesMax / mib),
      better: 'less',
      peer,
      ratio: over(({ stage, passThrough }) => passThrough.rssBytesMax / stage.rssBytesMax),
    },
    {
      name: `${peer} CPU`,
      unit: 's per million records',
      value: over(({ passThrough }) => passThrough.cpuSecondsPerMillion),
      better: 'less',
    },
    {
      name: `${peer} rate`,
      unit: 'records/s',
      value: over(({ passThrough }) => passThrough.recordsPerSecond),
      better: 'more',
    },
  ];
}
