// What one record costs once its decision is remembered: `node bench/micro/records.bench.ts`. Each line
// holds the steps of the lines above it; an iteration is a batch of 1,000 records.
import { createHash } from 'node:crypto';
import { bench, run, summary } from 'mitata';
import { RecordCore } from '../../src/flow/dialects/record-core.ts';
import { RecordReader } from '../../src/flow/dialects/record-reader.ts';
import { Splicer } from '../../src/flow/dialects/splicer.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { createBatchJudge } from '../../src/stage/batch.ts';
import { kafkaLimits } from '../../src/kafka/limits.ts';
import { limits } from '../../src/stage/limits.ts';
import type { Batch } from '../../src/stage/ports.ts';
import { RecordProcessor } from '../../src/stage/processor.ts';
import { createWorkload } from '../workload/workload.ts';
import { cheapJudge } from './cheap-judge.ts';

const RECORDS = 1000;
const BATCHES = 20;

const workload = createWorkload('canonical', 1);
const batches = Array.from({ length: BATCHES }, (_, partition) => batchOf(partition));
const maker = { policySet: 'bench', policyHash: '0123456789abcdef', evaluator: 'rehearsal/0' };
const core = new RecordCore(limits, { roomBytes: 0, answerBytes: 0 });
const reader = new RecordReader({ format: 'auto', member: 'evaluation', limits, core });
const processor = new RecordProcessor(cheapJudge, {
  maker,
  timeClassOf: () => 0,
  format: 'auto',
  member: 'evaluation',
  writer: new Splicer(),
  limits,
  cells: null,
});
const judgeBatch = createBatchJudge(processor, {
  maker,
  limits: { ...limits, ...kafkaLimits },
  unwrap: null,
  contentType: null,
});

/** The batches in turn: more than the caches of a processor hold. */
let turn = 0;

function nextBatch(): Batch {
  turn = (turn + 1) % BATCHES;
  return batches[turn]!;
}

const arena = new Arena(new SlabPool());

function eachValue(step: (value: Buffer) => void): () => void {
  return () => {
    for (const { value } of nextBatch().records) if (Buffer.isBuffer(value)) step(value);
    arena.release();
  };
}

for (const batch of batches) judgeBatch(batch, 0).release?.();

summary(() => {
  bench(
    'JSON.parse, for comparison',
    eachValue((value) => JSON.parse(value.toString())),
  );
  bench(
    'scan',
    eachValue((value) => reader.read(value, 'flows')),
  );
  bench(
    'scan, recall',
    eachValue((value) => processor.decide(value, 'flows')),
  );
  bench(
    'scan, recall, splice',
    eachValue((value) => {
      const decision = processor.decide(value, 'flows');
      if (decision.status === 'decided') processor.write(decision, arena);
    }),
  );
  bench('scan, recall, splice, headers', () => judgeBatch(nextBatch(), 0).release?.());
});

await run();
console.log(`bytes of a record: ${Math.round(meanBytes())}`);
console.log(`hash of the outputs of the first batch: ${hash()}`);

function batchOf(partition: number): Batch {
  const records = Array.from({ length: RECORDS }, (_, offset) => ({
    offset,
    timestampMs: 0,
    key: null,
    value: workload.next(),
    headers: [],
  }));
  return { topic: 'flows', partition, highWatermark: RECORDS, records };
}

function meanBytes(): number {
  const sizes = batches.flatMap(({ records }) =>
    Array.from(records, ({ value }) => value?.length ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

function hash(): string {
  const digest = createHash('sha256');
  const [batch] = batches;
  for (const { value } of batch === undefined ? [] : judgeBatch(batch, 0).outputs) {
    digest.update(value ?? '');
  }
  return digest.digest('hex').slice(0, 16);
}
