// What one Avro record costs once its decision is remembered, beside the same record in JSON:
// `node bench/micro/avro.bench.ts`. An iteration is a batch of 1,000 records.
import { bench, run, summary } from 'mitata';
import { AvroForm } from '../../src/flow/avro/avro-form.ts';
import { AvroReader } from '../../src/flow/avro/avro-reader.ts';
import { deriveAvroSchema } from '../../src/flow/avro/avro-schema.ts';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { CanonicalAvroWriter } from '../../src/flow/canonical/avro-writer.ts';
import { Splicer } from '../../src/flow/dialects/splicer.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { limits } from '../../src/stage/limits.ts';
import { RecordProcessor } from '../../src/stage/processor.ts';
import { createWorkload } from '../workload/workload.ts';
import { cheapJudge } from './cheap-judge.ts';

const RECORDS = 1000;
const BATCHES = 20;

const maker = { policySet: 'bench', policyHash: '0123456789abcdef', evaluator: 'rehearsal/0' };
const common = { maker, timeClassOf: () => 0, member: 'evaluation', limits, cells: null };
const schema = deriveAvroSchema(JSON.stringify(canonicalSchema), {
  member: 'evaluation',
  schemaTypes: limits.schemaTypes,
});
if ('problem' in schema) throw new Error(schema.problem);
const json = new RecordProcessor(cheapJudge, { ...common, format: 'auto', writer: new Splicer() });
const avro = new RecordProcessor(cheapJudge, {
  ...common,
  format: 'avro',
  bareSchema: schema,
  writer: new Splicer(),
});
const converter = new RecordProcessor(cheapJudge, {
  ...common,
  format: 'auto',
  writer: new CanonicalAvroWriter({ member: 'evaluation', limits }),
});
const type = avscType(canonicalSchema);
const arena = new Arena(new SlabPool());

const workload = createWorkload('canonical', 1);
const jsonBatches = Array.from({ length: BATCHES }, () =>
  Array.from({ length: RECORDS }, () => workload.next()),
);
const avroBatches = jsonBatches.map((batch) => batch.map(converted));

/** The batches in turn: more than the caches of a processor hold. */
let turn = 0;

function each(batches: readonly (readonly Buffer[])[], step: (value: Buffer) => void): () => void {
  return () => {
    turn = (turn + 1) % BATCHES;
    for (const value of batches[turn] ?? []) step(value);
    arena.release();
  };
}

function judged(processor: RecordProcessor): (value: Buffer) => void {
  return (value) => {
    const decision = processor.decide(value, 'flows');
    if (decision.status !== 'decided') throw new Error(decision.message);
    processor.write(decision, arena);
  };
}

const form = new AvroForm(schema, Buffer.alloc(0));
const reader = new AvroReader(limits);

// Every decision is remembered before anything is measured.
for (const batch of avroBatches) batch.forEach(judged(avro));
for (const batch of jsonBatches) batch.forEach(judged(json));
arena.release();

summary(() => {
  bench(
    'avsc decodes and encodes, for comparison',
    each(avroBatches, (value) => type.toBuffer(type.fromBuffer(value))),
  );
  bench(
    'Avro: skip',
    each(avroBatches, (value) =>
      reader.read({ form, formNumber: 0, lists: 0, laneLayout: 0 }, value, 0),
    ),
  );
  bench('Avro: skip, recall, splice', each(avroBatches, judged(avro)));
  bench('JSON: scan, recall, splice', each(jsonBatches, judged(json)));
});

await run();
console.log(`bytes of a record: JSON ${meanBytes(jsonBatches)}, Avro ${meanBytes(avroBatches)}`);

/** As it comes from the stage that writes Avro, but with nothing of ours in it. */
function converted(value: Buffer): Buffer {
  const decision = converter.decide(value, 'flows');
  if (decision.status !== 'decided') throw new Error(decision.message);
  const record = type.fromBuffer(converter.write(decision, arena)) as object;
  return type.toBuffer({ ...record, evaluation: null });
}

function meanBytes(batches: readonly (readonly Buffer[])[]): number {
  const sizes = batches.flatMap((batch) => batch.map(({ length }) => length));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
}
