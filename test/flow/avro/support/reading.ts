import { AvroForm } from '../../../../src/flow/avro/avro-form.ts';
import { AvroReader } from '../../../../src/flow/avro/avro-reader.ts';
import { deriveAvroSchema } from '../../../../src/flow/avro/avro-schema.ts';
import type { AvroSchema } from '../../../../src/flow/avro/avro-schema.ts';
import { Splicer } from '../../../../src/flow/dialects/splicer.ts';
import { encodeStamp } from '../../../../src/flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../../../../src/flow/evaluation.ts';
import { limits } from '../../../../src/stage/limits.ts';

export const maker = {
  policySet: 'main',
  policyHash: '0123456789abcdef',
  evaluator: 'rehearsal/0.1.0',
};

export const options = { member: 'evaluation', schemaTypes: 10_000 };

/** A schema that can be used. */
export function derived(schema: unknown): AvroSchema {
  const result = deriveAvroSchema(JSON.stringify(schema), options);
  if ('problem' in result) throw new Error(`${result.problem}: ${JSON.stringify(schema)}`);
  return result;
}

export const nowMs = Date.UTC(2026, 10, 21, 4, 31, 0, 7);

/** The bytes of the record with the evaluation in it, or why it cannot be read. */
export function spliced(
  schema: AvroSchema,
  bytes: Buffer,
  evaluation: FlowEvaluation,
): Buffer | string {
  const form = new AvroForm(schema, Buffer.alloc(0));
  const record = new AvroReader(limits).read(
    { form, formNumber: 0, lists: 0, laneLayout: 0 },
    bytes,
    0,
  );
  if (record.status === 'unreadable') return record.reason;
  const splicer = new Splicer();
  const enrichment = splicer.encode(evaluation, maker, record);
  const placed = { enrichment, stamp: encodeStamp(nowMs) };
  return splicer.write(record, placed, { allocate: (size) => Buffer.alloc(size, '?') });
}
