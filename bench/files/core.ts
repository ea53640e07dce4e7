// The stage's own judging of batches in memory, without Kafka, for records of a file: `core.ts MANIFESTS FLOWS FROM`.
// Prints what a record costs beyond byte FROM, where all flows have been met, in CPU seconds.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { limits } from '../../src/stage/limits.ts';
import { packed, startBatchCore } from '../growth/batch-core.ts';

const batchRecords = 250;
/** Made ready before the clock runs, as many as are more than the caches of a processor hold. */
const readyBatches = 160;

const [manifests = '', flows = '', from = '0'] = process.argv.slice(2);
const core = await startBatchCore({ manifests: readFileSync(manifests, 'utf8') }, limits.memoBytes);
let [bytes, records, cpuMicros] = [0, 0, 0];
let values: Buffer[] = [];
const batches: ReturnType<typeof packed>[] = [];
for await (const line of createInterface({ input: createReadStream(flows, 'latin1') })) {
  values.push(Buffer.from(line, 'latin1'));
  bytes += line.length + 1;
  if (values.length < batchRecords) continue;
  batches.push(packed(values, 0));
  values = [];
  if (batches.length === readyBatches) judgeAll();
}
judgeAll();
console.log(JSON.stringify({ records, cpuSeconds: cpuMicros / 1e6 }));

function judgeAll(): void {
  const before = process.cpuUsage();
  for (const batch of batches) core.judge(batch);
  const { user, system } = process.cpuUsage(before);
  if (bytes - batches.reduce((sum, batch) => sum + batch.bytes.length, 0) > Number(from)) {
    cpuMicros += user + system;
    records += batches.length * batchRecords;
  }
  batches.length = 0;
}
