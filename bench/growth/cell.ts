// One cell of `bench/growth.ts` in a process of its own: `cell.ts JSON`, see `CellOptions`. Prints a
// `Cell` as JSON.
import { performance } from 'node:perf_hooks';

import { median } from '../run/rows.ts';
import type { RecordForm } from '../run/session.ts';
import { avroTwins } from '../workload/avro-twin.ts';
import { createWorkload, type Shape, type Workload } from '../workload/workload.ts';
import {
  type BatchCore,
  batchRecords,
  meetEveryFlow,
  packed,
  startBatchCore,
} from './batch-core.ts';

export interface CellOptions {
  readonly shape: Shape;
  /** JSON, or the same records in Avro. */
  readonly form?: RecordForm;
  /** `limits.memoBytes`. */
  readonly memoBytes: number;
  readonly seed: number;
  readonly passes: number;
  /** Of one pass, at most. */
  readonly records: number;
}

/** What one size costs. */
export interface Cell {
  readonly endpoints: number;
  readonly policies: number;
  readonly flows: number;
  readonly recordBytes: number;
  /** CPU time of a record whose decision is remembered, but for the share that is new. */
  readonly nsPerRecord: number;
  /** Time until the policies are in force. */
  readonly startMs: number;
}

const bytesOfPassMax = 64 * 1024 * 1024;

const options = JSON.parse(process.argv[2] ?? '') as CellOptions;
const { form = 'json' } = options;
const workload = inForm(createWorkload(options.shape, options.seed));
const startMs = performance.now();
const core = await startBatchCore(workload, options.memoBytes, form);
const tookMs = performance.now() - startMs;
meetEveryFlow(core, workload);
const costs = Array.from({ length: options.passes }, () => pass(core, workload));
const recordBytes = median(costs.map(({ bytes }) => bytes));
const { endpoints, policies, flows } = workload;
const cell: Cell = {
  endpoints,
  policies,
  flows,
  recordBytes,
  nsPerRecord: median(costs.map(({ ns }) => ns)),
  startMs: tookMs,
};
console.log(JSON.stringify(cell));

function inForm(json: Workload): Workload {
  if (form === 'json') return json;
  const twin = avroTwins();
  return { ...json, next: () => twin(json.next()), of: (flow) => twin(json.of(flow)) };
}

/** Records are made before the clock runs, as many as are more than the caches of a processor hold. */
function pass(stage: BatchCore, records: Workload): { ns: number; bytes: number } {
  const first = records.next();
  const count = Math.min(options.records, Math.floor(bytesOfPassMax / first.length));
  const batches = Array.from({ length: Math.ceil(count / batchRecords) }, (_, batch) =>
    packed(
      Array.from({ length: batchRecords }, () => records.next()),
      batch * batchRecords,
    ),
  );
  const before = process.cpuUsage();
  for (const batch of batches) stage.judge(batch);
  const { user, system } = process.cpuUsage(before);
  const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
  const done = batches.length * batchRecords;
  return { ns: (1000 * (user + system)) / done, bytes: bytes / done };
}
