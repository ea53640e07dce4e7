import { describe, expect, test } from 'vitest';
import { deriveAvroSchema } from '../../../src/flow/avro/avro-schema.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { derived, options } from './support/reading.ts';

const texts = ['protocol', 'reporter'].map((name) => ({ name, type: 'string' }));

const hitTexts = ['kind', 'name', 'action'].map((name) => ({ name, type: 'string' }));

function flowOf(...fields: readonly unknown[]) {
  return { type: 'record', name: 'Flow', fields: [...texts, ...fields] };
}

function problemOf(schema: unknown, others = {}): unknown {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  const result = deriveAvroSchema(text, { ...options, ...others });
  return 'problem' in result ? [result.problem, result.reason ?? 'schema_invalid'] : 'fine';
}

const self = {
  type: 'record',
  name: 'Flow',
  fields: [...texts, { name: 'next', type: ['null', 'Flow'] }],
};
const narrowHit = {
  type: 'record',
  name: 'Hit',
  fields: [{ name: 'kind', type: enumOf('Kind', ['Profile']) }],
};

const cases: readonly (readonly [what: string, schema: unknown, problem: RegExp])[] = [
  ['no JSON', '{', /not JSON/],
  ['no record', '"string"', /not of a record/],
  ['no flow', { type: 'record', name: 'A', fields: [] }, /not of flow records/],
  [
    'a type that nobody defines',
    flowOf({ name: 'a', type: 'Nowhere' }),
    /nothing defines its type `Nowhere`/,
  ],
  ['a union in a union', flowOf({ name: 'a', type: ['null', ['int']] }), /union holds a union/],
  ['two branches alike', flowOf({ name: 'a', type: ['int', 'int'] }), /two branches of one type/],
  ['a type defined twice', flowOf(fixed('a', 1), fixed('b', 2)), /`Fixed` is defined twice/],
  [
    'policies that are none',
    flowOf({ name: 'policies', type: 'string' }),
    /`policies` is no record/,
  ],
  ['a list that cannot hold our hits', flowOf(tracesOf(narrowHit)), /cannot hold an evaluation/],
  ['itself', self, /uses `Flow`, which lacks `policies`, in more than one place/],
  [
    'another member of the name of ours',
    flowOf({ name: 'evaluation', type: 'string' }),
    /which is not ours/,
  ],
];

describe('a schema is refused that has', () => {
  test.each(cases)('%s', (_, schema, problem) => {
    expect(problemOf(schema)).toEqual([expect.stringMatching(problem), expect.any(String)]);
  });

  test('a member of the name of ours is a clash', () => {
    const schema = flowOf({ name: 'evaluation', type: 'string' });
    expect(problemOf(schema)).toEqual([expect.any(String), 'member_clash']);
  });

  test('a member name that Avro does not know', () => {
    expect(problemOf(canonicalSchema, { member: 'x-rehearsal' })).toEqual([
      '`output.member` `x-rehearsal` is no name in Avro',
      'schema_invalid',
    ]);
  });

  test('more types than it may', () => {
    const fields = Array.from({ length: 200 }, (_, i) => ({ name: `f${i}`, type: 'int' }));
    expect(problemOf(flowOf(...fields), { schemaTypes: 100 })).toEqual([
      expect.stringContaining('`limits.schemaTypes`'),
      'schema_invalid',
    ]);
  });

  test.each([150, 5000, 200_000])('types nested too deep: %i', (depth) => {
    const deep = `${'{"type":"array","items":'.repeat(depth)}"int"${'}'.repeat(depth)}`;
    const text = JSON.stringify(flowOf({ name: 'a', type: 'DEEP' })).replace('"DEEP"', deep);
    expect(problemOf(text)).toEqual([expect.stringMatching(/deep/), 'schema_invalid']);
  });
});

describe('the output schema', () => {
  test('of a record in the canonical form is the same text', () => {
    expect(derived(canonicalSchema).outputSchemaText).toBe(JSON.stringify(canonicalSchema));
  });

  test('gains what it lacks at the end, with defaults', () => {
    const { fields } = JSON.parse(derived(flowOf()).outputSchemaText) as {
      fields: { name: string }[];
    };
    expect(fields.map(({ name }) => name)).toEqual([
      'protocol',
      'reporter',
      'policies',
      'evaluation',
    ]);
    expect(fields.slice(2).every((field) => 'default' in field)).toBe(true);
  });

  test('may hold defaults that do not fit', () => {
    expect(problemOf(flowOf({ name: 'a', type: ['null', 'int'], default: 'null' }))).toBe('fine');
  });

  test('needs defaults of fields of others in hits', () => {
    const hit = { type: 'record', name: 'Hit', fields: [...hitTexts, { name: 'x', type: 'int' }] };
    const filled = { ...hit, fields: [...hitTexts, { name: 'x', type: 'int', default: 7 }] };
    expect(problemOf(flowOf(tracesOf(hit)))).not.toBe('fine');
    expect(problemOf(flowOf(tracesOf(filled)))).toBe('fine');
  });

  test('keeps the digits of its defaults', () => {
    const schema = JSON.stringify(flowOf({ name: 'big', type: 'long', default: 0 })).replace(
      '"default":0',
      '"default":9223372036854775807',
    );
    const result = deriveAvroSchema(schema, options);
    expect('problem' in result ? result.problem : result.outputSchemaText).toContain(
      '"default":9223372036854775807',
    );
  });

  test('holds types by the full name of the record around them', () => {
    const schema = { ...(canonicalSchema as object), name: 'acme.Flow' };
    const { fields } = schema as unknown as { fields: { name: string }[] };
    const without = fields.filter(({ name }) => name !== 'evaluation');
    const { outputSchemaText } = derived({ ...schema, fields: without });
    // The hits of the traces are `acme.PolicyHit`, whatever the namespace beside the name says.
    expect(outputSchemaText.match(/"name":"PolicyHit"/g)).toHaveLength(2);
  });

  test('knows fields by their aliases', () => {
    const schema = derived({
      type: 'record',
      name: 'Flow',
      fields: [
        { name: 'proto', aliases: ['protocol'], type: 'string' },
        { name: 'seen_by', aliases: ['reporter'], type: 'string' },
      ],
    });
    expect(schema.types.size).toBe(2);
  });
});

function enumOf(name: string, symbols: readonly string[]) {
  return { type: 'enum', name, symbols };
}

function fixed(name: string, size: number) {
  return { name, type: { type: 'fixed', name: 'Fixed', size } };
}

function tracesOf(hit: unknown) {
  const pending = { name: 'pending', type: { type: 'array', items: hit } };
  return { name: 'policies', type: { type: 'record', name: 'Traces', fields: [pending] } };
}
