import type { Shape, ShapeMember } from '../dialects/shape.ts';
import { asRecord } from './schema.ts';
import type { RecordField, RecordSchema, Schema } from './schema.ts';

/** Which fields of a record are members of a shape: by their names, or else by another they have. */
export function findFields(
  record: RecordSchema,
  shape: Shape,
): ReadonlyMap<RecordField, ShapeMember> {
  const found = new Map<RecordField, ShapeMember>();
  for (const [name, member] of shape.membersByName) {
    const field =
      record.fields.find((one) => one.name === name) ??
      record.fields.find(({ aliases }) => aliases.includes(name));
    if (field !== undefined && !found.has(field)) found.set(field, member);
  }
  return found;
}

/** By number of field: its type; those that the schema lacks are not there. */
export function typesOfFields(record: RecordSchema, shape: Shape): ReadonlyMap<number, Schema> {
  const types = new Map<number, Schema>();
  for (const [{ schema }, member] of findFields(record, shape)) {
    if (member.field >= 0) types.set(member.field, schema);
    const inner = asRecord(schema);
    if (member.shape === null || inner === null) continue;
    for (const [field, type] of typesOfFields(inner, member.shape)) types.set(field, type);
  }
  return types;
}
