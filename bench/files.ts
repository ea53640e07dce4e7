// `npm run bench:files`: CPU, peak memory and start of `evaluate` and `preview` on a file of flows, built first, in turns with the
// stage's own judging of the same records in memory. Every flow comes once at first: what a record costs is told of those
// that follow. `--records 8200000` makes a file of 10 GB.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { Sampled } from './files/sampler.ts';
import { wholeRunMs } from './files/whole-run.ts';
import { writeFlows } from './files/write-flows.ts';
import { provenance } from './run/machine.ts';
import { formatRows, median, type Row } from './run/rows.ts';
import { createWorkload, sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    flows: { type: 'string' },
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const shape = sizes[values.size === 'small' ? 'small' : 'canonical'];
const workload = createWorkload({ ...shape, flows: Number(values.flows ?? shape.flows) }, 1);
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-files-'));
const [policies, flows] = [join(folder, 'cluster.json'), join(folder, 'flows.ndjson')];
const commands = ['evaluate', 'preview'] as const;

try {
  writeFileSync(policies, workload.manifests);
  const from = await writeFlows(workload, flows, Number(values.records));
  const recordBytes = (statSync(flows).size - from) / Number(values.records);
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const round = {
      core: coreSeconds(from),
      evaluate: sampled('evaluate', from),
      preview: sampled('preview', from),
    };
    console.error(JSON.stringify(round));
    return round;
  });
  const cost = ({ known }: Sampled): number => (1e6 * known.cpuSeconds * recordBytes) / known.bytes;
  const rows = commands.flatMap((command): Row[] => [
    {
      name: `${command} CPU of a record whose flow was met`,
      unit: 's per million records',
      value: median(rounds.map((round) => cost(round[command]))),
      better: 'less',
      peer: 'batch core',
      ratio: median(rounds.map((round) => round.core / cost(round[command]))),
    },
    {
      name: `${command} CPU, start and new flows included`,
      unit: 's',
      value: median(rounds.map((round) => round[command].cpuSeconds)),
      better: 'less',
    },
    {
      name: `${command} peak memory`,
      unit: 'MB',
      value: median(rounds.map((round) => round[command].rssBytesMax / 1e6)),
      better: 'less',
    },
    {
      name: `${command} of ten records, from start to end`,
      unit: 'ms',
      value: wholeRunMs(command, workload, folder),
      better: 'less',
    },
  ]);
  process.stdout.write(formatRows(rows, values.json));
  for (const line of provenance()) console.error(line);
} finally {
  rmSync(folder, { recursive: true });
}

/** CPU seconds per million records. */
function coreSeconds(from: number): number {
  const program = fileURLToPath(new URL('files/core.ts', import.meta.url));
  const text = execFileSync(process.execPath, [program, policies, flows, String(from)]).toString();
  const { records, cpuSeconds } = JSON.parse(text) as { records: number; cpuSeconds: number };
  return (1e6 * cpuSeconds) / records;
}

function sampled(command: (typeof commands)[number], from: number): Sampled {
  const preload = fileURLToPath(new URL('files/sampler.ts', import.meta.url));
  const args = ['--import', preload, 'dist/cli.js', command, '--policies', policies, flows];
  const { status, stderr } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, SAMPLED_FILE: flows, SAMPLED_FROM: String(from) },
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return JSON.parse(stderr.split('\n').at(-1) ?? '') as Sampled;
}
