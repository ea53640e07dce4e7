import { deriveAvroSchema } from '../../../src/flow/avro/avro-schema.ts';
import type { AvroSchema } from '../../../src/flow/avro/avro-schema.ts';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { CanonicalAvroWriter } from '../../../src/flow/canonical/avro-writer.ts';
import { limits } from '../../../src/stage/limits.ts';
import type { Header } from '../../../src/stage/ports.ts';
import type { SchemaId, WriterSchemas } from '../../../src/stage/writer-schemas.ts';
import { recordLines } from '../../flow/dialects/support/records.ts';
import { aProcessor } from './processing.ts';

const member = 'evaluation';
const { schemaTypes } = limits;

/** A schema that can be used. */
export function schemaOf(json: unknown): AvroSchema {
  const result = deriveAvroSchema(JSON.stringify(json), { member, schemaTypes });
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

/** A registry that knows these schemas by these names. */
export function registryOf(
  schemas: ReadonlyMap<SchemaId, AvroSchema>,
  outputIdOf: (id: SchemaId) => number | null = () => 300,
): WriterSchemas<AvroSchema> {
  const found = new Map(
    [...schemas].map(([id, derived]) => [
      id,
      { status: 'found', derived, outputId: outputIdOf(id) } as const,
    ]),
  );
  const unknown = { status: 'failed', reason: 'schema_unknown', message: '', limit: null } as const;
  return { find: (id) => found.get(id) ?? unknown };
}

/** Behind the number of its schema. */
export function framed(id: number, datum: Buffer): Buffer {
  return Buffer.concat([numberOf(id), datum]);
}

export function numberOf(id: number): Buffer {
  const number = Buffer.alloc(5);
  number.writeUInt32BE(id, 1);
  return number;
}

export function idHeader(value: Buffer): Header {
  return ['__value_schema_id', value];
}

/** Records of Calico's own encoders as others would write them in Avro, without anything in front. */
export function calicoTwins(count: number): readonly Buffer[] {
  const processor = aProcessor({ writer: new CanonicalAvroWriter({ member, limits }) });
  const type = avscType(canonicalSchema);
  return recordLines('goldmane-go')
    .slice(0, count)
    .map((line) => {
      const decision = processor.decide(Buffer.from(line), 'flows');
      if (decision.status !== 'decided') throw new Error(decision.message);
      const value = processor.write(decision, { allocate: (size) => Buffer.alloc(size) });
      const ours = type.fromBuffer(value) as { policies: { pending_upstream: unknown[] | null } };
      const { pending_upstream: pending } = ours.policies;
      const policies = { ...ours.policies, pending: pending ?? [], pending_upstream: null };
      return type.toBuffer({ ...ours, policies, evaluation: null });
    });
}
