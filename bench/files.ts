// `npm run bench:files`: CPU and peak memory of `evaluate` and `preview` on a file of flows, built first.
// `--records 8600000` makes a file of 10 GB; `--flows` are the different ones among them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { writeFlows } from './files/write-flows.ts';
import { provenance } from './run/machine.ts';
import { formatRows, type Row } from './run/rows.ts';
import { createWorkload, sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    flows: { type: 'string' },
    records: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
});
const shape = sizes[values.size === 'small' ? 'small' : 'canonical'];
const records = Number(values.records);
const workload = createWorkload({ ...shape, flows: Number(values.flows ?? shape.flows) }, 1);
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-files-'));
const [policies, flows] = [join(folder, 'cluster.json'), join(folder, 'flows.ndjson')];
/** Prints what the process took, once it ends. */
const usage =
  "import{writeSync}from'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();" +
  'writeSync(2,`\\n${JSON.stringify([(user+system)/1e6,process.resourceUsage().maxRSS])}`)})';
try {
  writeFileSync(policies, workload.manifests);
  await writeFlows(workload, flows, records);
  const rows = (['evaluate', 'preview'] as const).flatMap((command) => measure(command));
  process.stdout.write(formatRows(rows, values.json));
  for (const line of provenance()) console.error(line);
} finally {
  rmSync(folder, { recursive: true });
}

function measure(command: 'evaluate' | 'preview'): Row[] {
  const args = ['dist/cli.js', command, '--policies', policies, flows];
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(usage)}`];
  const { status, stderr } = spawnSync(process.execPath, [...preload, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  const [cpuSeconds, rssKib] = JSON.parse(stderr.split('\n').at(-1) ?? '') as [number, number];
  return [
    {
      name: `${command} CPU, start and new flows included`,
      unit: 's per million records',
      value: (1e6 * cpuSeconds) / records,
      better: 'less',
    },
    { name: `${command} peak memory`, unit: 'MiB', value: rssKib / 1024, better: 'less' },
  ];
}
