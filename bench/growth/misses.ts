// What flows cost that were never seen before: batches of records of which all are known and batches of which a share
// is new, in turns in one process: `misses.ts JSON`, see `CellOptions`. Prints `MissCosts` as JSON. New flows are
// between known ends, of known traces, to ports of a class that no flow between these had.
import type { RecordColumns } from '../../src/stage/records/columns.ts';
import { createWorkload, type Workload } from '../workload/workload.ts';
import type { CellOptions } from './cell.ts';
import {
  type BatchCore,
  batchRecords,
  meetEveryFlow,
  packed,
  startBatchCore,
} from './batch-core.ts';

/** CPU time of a record. */
export interface MissCosts {
  readonly nsOfKnown: number;
  readonly nsOfMixed: number;
  /** The former in parts of the latter. */
  readonly ratio: number;
}

const kinds = ['known', 'mixed'] as const;

const options = JSON.parse(process.argv[2] ?? '') as CellOptions;
const known = createWorkload({ ...options.shape, freshShare: 0 }, options.seed);
const mixed = createWorkload(options.shape, options.seed);
const core = await startBatchCore(known, options.memoBytes);
meetEveryFlow(core, known);
const batches = Math.ceil((options.passes * options.records) / batchRecords);
const warmUp = Math.floor(batches / 5);
const costs = { known: 0, mixed: 0 };
for (let batch = 0; batch < batches; batch++) {
  const pair = { known: batchOf(known), mixed: batchOf(mixed) };
  const isFirst = batch % 2 === 0;
  const counts = batch < warmUp ? 0 : 1;
  for (const kind of isFirst ? kinds : kinds.toReversed()) {
    costs[kind] += counts * costOf(core, pair[kind]);
  }
}
const nsOf = (cost: number) => Math.round((1000 * cost) / ((batches - warmUp) * batchRecords));
const told: MissCosts = {
  nsOfKnown: nsOf(costs.known),
  nsOfMixed: nsOf(costs.mixed),
  ratio: costs.known / costs.mixed,
};
console.log(JSON.stringify(told));

function batchOf(records: Workload): RecordColumns {
  return packed(
    Array.from({ length: batchRecords }, () => records.next()),
    0,
  );
}

function costOf(stage: BatchCore, batch: RecordColumns): number {
  const before = process.cpuUsage();
  stage.judge(batch);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
