import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

import type { Workload } from '../workload/workload.ts';

const recordsOfChunk = 2000;

/** Writes every flow of a workload once and then the next `records`, one a line; returns where these begin. */
export async function writeFlows(
  workload: Workload,
  path: string,
  records: number,
): Promise<number> {
  const file = createWriteStream(path);
  let flow = 0;
  await write(file, workload.flows, () => workload.of(flow++));
  const from = file.bytesWritten + file.writableLength;
  await write(file, records, () => workload.next());
  file.end();
  await once(file, 'close');
  return from;
}

async function write(file: WriteStream, records: number, next: () => Buffer): Promise<void> {
  for (let left = records; left > 0; left -= recordsOfChunk) {
    const count = Math.min(left, recordsOfChunk);
    const lines = Array.from({ length: count }, () => next().toString('latin1'));
    if (!file.write(`${lines.join('\n')}\n`, 'latin1')) await once(file, 'drain');
  }
}
