import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { median } from '../run/rows.ts';
import type { Workload } from '../workload/workload.ts';

const records = 10;
const runs = 20;

/** From the start of a command to its end on ten records, beside those of `examples/shop`; wall time in ms, the median of twenty. */
export function wholeRunMs(command: string, workload: Workload, folder: string): number {
  const flows = join(folder, 'ten.ndjson');
  const lines = Array.from({ length: records }, (_, flow) => `${workload.of(flow).toString()}\n`);
  writeFileSync(flows, lines.join(''));
  const args = ['dist/cli.js', command, '--policies', 'examples/shop', flows];
  const times = Array.from({ length: runs }, () => {
    const startMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
    return performance.now() - startMs;
  });
  return median(times);
}
