import { CodedError } from '../../std/coded-error.ts';
import { deriveAvroSchema } from '../avro/avro-schema.ts';
import type { AvroSchema } from '../avro/avro-schema.ts';
import { canonicalSchema } from '../avro/canonical-schema.ts';
import { assertNotTaken } from './member-name.ts';

/**
 * The canonical schema with our field by the name of `output.member`.
 * @throws CodedError `flow/member-reserved`
 */
export function canonicalAvroSchema(member: string): AvroSchema {
  assertNotTaken(member);
  const schema = deriveAvroSchema(textWith(member), { member, schemaTypes: TYPES_MAX });
  if ('problem' in schema) throw new CodedError('flow/member-reserved', schema.problem);
  return schema;
}

/** More than the canonical schema has. */
const TYPES_MAX = 1000;

function textWith(member: string): string {
  return JSON.stringify(canonicalSchema, (key, value: unknown) =>
    key === 'name' && value === 'evaluation' ? member : value,
  );
}
