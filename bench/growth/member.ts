// One process of several that judge at the same time: `member.ts SECONDS SIZE`. Says `ready`, waits to be
// told to go, and then says how many records a second it judged.
import { performance } from 'node:perf_hooks';

import { limits } from '../../src/stage/limits.ts';
import { createWorkload } from '../workload/workload.ts';
import { packed, startBatchCore } from './batch-core.ts';

const [seconds = '3', size = 'canonical'] = process.argv.slice(2);
const workload = createWorkload(size === 'small' ? 'small' : 'canonical', 1);
const core = await startBatchCore(workload, limits.memoBytes);
const batches = Array.from({ length: 80 }, (_, batch) =>
  packed(
    Array.from({ length: 250 }, () => workload.next()),
    batch * 250,
  ),
);
for (const batch of batches) core.judge(batch);
process.once('message', () => {
  const startMs = performance.now();
  const endMs = startMs + 1000 * Number(seconds);
  let records = 0;
  for (let turn = 0; performance.now() < endMs; turn++) {
    const batch = batches[turn % batches.length]!;
    core.judge(batch);
    records += batch.length;
  }
  process.send?.({ recordsPerSecond: (1000 * records) / (performance.now() - startMs) });
  process.disconnect();
});
process.send?.('ready');
