import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

import type { Workload } from '../workload/workload.ts';

const recordsOfChunk = 2000;

/** Writes the next `records` of a workload, one a line. */
export async function writeFlows(workload: Workload, path: string, records: number): Promise<void> {
  const file = createWriteStream(path);
  for (let left = records; left > 0; left -= recordsOfChunk) {
    const count = Math.min(left, recordsOfChunk);
    const lines = Array.from({ length: count }, () => workload.next().toString('latin1'));
    if (!file.write(`${lines.join('\n')}\n`, 'latin1')) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}
