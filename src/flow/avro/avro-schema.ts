import { assert } from '../../std/assert.ts';
import { canonicalJson } from '../dialects/flat.ts';
import { Field } from '../dialects/fields.ts';
import { layoutsOf } from '../dialects/layout.ts';
import { memberTree } from '../dialects/member-tree.ts';
import type { MemberTree } from '../dialects/member-tree.ts';
import { avscType } from './avsc-type.ts';
import { AvroEncoder } from './encoder.ts';
import { typesOfFields } from './find-fields.ts';
import { addOutputFields } from './output-schema.ts';
import type { OutputFields } from './output-schema.ts';
import { compileProgram } from './program.ts';
import type { Program } from './program.ts';
import { readSchema } from './read-schema.ts';
import type { SchemaProblem } from './read-schema.ts';
import { evaluationNames, writeSamples } from './samples.ts';
import { asRecord } from './schema.ts';
import type { RecordSchema, Schema } from './schema.ts';

/** What is made, once, of a writer's schema. */
export interface AvroSchema {
  /** The schema that enriched records are written with (flow-records 3.4, rule 2). */
  readonly outputSchemaText: string;
  readonly record: RecordSchema;
  readonly program: Program;
  /** Types of the fields that the schema has, by number of field. */
  readonly types: ReadonlyMap<number, Schema>;
  /** Fields that a conversion knows: named as in canonical JSON. */
  readonly known: MemberTree;
  readonly output: OutputFields;
  readonly encoder: AvroEncoder;
}

export interface AvroOptions {
  /** `output.member`. */
  readonly member: string;
  /** `limits.schemaTypes`. */
  readonly schemaTypes: number;
}

/** Makes records of a schema readable and writable, or says why they cannot be. */
export function deriveAvroSchema(
  text: string,
  { member, schemaTypes }: AvroOptions,
): AvroSchema | SchemaProblem {
  if (!NAME.test(member)) return { problem: `\`output.member\` \`${member}\` is no name in Avro` };
  const read = readSchema(text, schemaTypes);
  if ('problem' in read) return read;
  const { schema: record, json } = read;
  if (record.kind !== 'record') return { problem: 'it is not of a record' };
  const [layout] = layoutsOf([canonicalJson], { member, isGuessed: false });
  assert(layout !== undefined, 'canonical JSON is in no wrapper');
  const { shape } = layout;
  const types = typesOfFields(record, shape);
  if (!isFlowRecord(types)) return NOT_A_FLOW;
  if (!isOurs(types)) {
    return {
      problem: `it has a field \`${member}\` which is not ours; choose another \`output.member\``,
      reason: 'member_clash',
    };
  }
  const known = memberTree(layout.known());
  // Before fields are added to the JSON of the schema, the schema itself is put to use.
  const program = compileProgram(record, shape);
  const output = addOutputFields(read, record, { shape, member });
  if ('problem' in output) return output;
  const outputSchemaText = output.added.size === 0 ? text : JSON.stringify(json);
  const encoder = encoderFor(outputSchemaText, output);
  if (encoder instanceof Error) {
    return { problem: `it cannot hold an evaluation: ${encoder.message}` };
  }
  return { outputSchemaText, record, program, types, known, output, encoder };
}

/**
 * Defaults are only looked at where a record that we write has fields of somebody else's: no registry
 * needs to mind whether the others fit their types.
 */
function encoderFor(schemaText: string, output: OutputFields): AvroEncoder | Error {
  const encoder = encoderOf(JSON.parse(schemaText, withoutDefaults), output);
  return encoder instanceof Error ? encoderOf(JSON.parse(schemaText), output) : encoder;
}

function encoderOf(schema: unknown, output: OutputFields): AvroEncoder | Error {
  try {
    const encoder = new AvroEncoder(avscType(schema), output);
    writeSamples(encoder);
    return encoder;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function withoutDefaults(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('default' in value)) return value;
  const { default: _, ...others } = value;
  return others;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const NOT_A_FLOW: SchemaProblem = {
  problem:
    'it is not of flow records: they have a field `policies.enforced`, or `protocol` and `reporter`',
};

function isFlowRecord(types: ReadonlyMap<number, Schema>): boolean {
  return canonicalJson.requires.some((names) => names.every((name) => types.has(Field[name])));
}

/** Whether the field `output.member` is ours, or is not there. */
function isOurs(types: ReadonlyMap<number, Schema>): boolean {
  const type = types.get(Field.evaluation);
  if (type === undefined) return true;
  const record = asRecord(type);
  const names = new Set(record?.fields.map(({ name }) => name));
  return (
    record?.fullName.split('.').at(-1) === 'StagedEvaluation' &&
    types.get(Field.evaluator)?.kind === 'string' &&
    evaluationNames.every((name) => names.has(name))
  );
}
