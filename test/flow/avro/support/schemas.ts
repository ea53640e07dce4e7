import * as fc from 'fast-check';
import { canonicalSchema } from '../../../../src/flow/avro/canonical-schema.ts';

/** A schema as JSON. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface FieldJson {
  readonly name: string;
  readonly type: Json;
  readonly default?: Json;
  readonly [attribute: string]: Json | undefined;
}

/** Writers' schemas: some of the canonical fields in any order, other fields in between. */
export const writerSchemas: fc.Arbitrary<Json> = fc
  .record({
    left: fc.subarray(optionalNames()),
    foreign: fc.array(foreignType(), { maxLength: 6 }),
    order: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    traces: fc.subarray(['pending', 'pending_upstream']),
    isNullable: fc.boolean(),
  })
  .map(({ left, foreign, order, traces, isNullable }) => {
    const kept = canonicalFields().filter(({ name }) => !left.includes(name));
    const others = foreign.map((type, i): FieldJson => ({
      name: `foreign_${i}`,
      type: named(type, i),
    }));
    const fields = [...kept, ...others]
      .map((field, i) => ({ field, rank: order[i] ?? 0 }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ field }) => field);
    return definedFirst({
      type: 'record',
      name: 'acme.Flow',
      fields: asJson(
        fields.map((field) => (field.name === 'policies' ? policies(traces, isNullable) : field)),
      ),
    });
  });

function asJson(value: unknown): Json {
  return value as Json;
}

function canonicalFields(): readonly FieldJson[] {
  return (canonicalSchema as unknown as { fields: readonly FieldJson[] }).fields;
}

/** A record without these is still one of a flow. */
function optionalNames(): string[] {
  return canonicalFields()
    .map(({ name }) => name)
    .filter((name) => !['protocol', 'reporter'].includes(name));
}

function policies(left: readonly string[], isNullable: boolean): FieldJson {
  const field = canonicalFields().find(({ name }) => name === 'policies');
  const type = structuredClone(field?.type) as { fields: FieldJson[] };
  const fields = type.fields.filter(({ name }) => !left.includes(name));
  const traces = { ...type, namespace: 'flowlog.v1', fields } as unknown as Json;
  return { name: 'policies', type: isNullable ? ['null', traces] : traces };
}

/** Types as a system beside ours may have them; `named` gives each of its names a number. */
function foreignType(): fc.Arbitrary<Json> {
  const { any } = fc.letrec<{ any: Json }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'),
      fc.nat(9).map((size): Json => ({ type: 'fixed', name: 'Fixed', size })),
      fc.constant<Json>({ type: 'enum', name: 'Color', symbols: ['RED', 'GREEN'] }),
      fc.constant<Json>({ type: 'long', logicalType: 'timestamp-micros' }),
      tie('any').map((items): Json => ({ type: 'array', items })),
      tie('any').map((values): Json => ({ type: 'map', values })),
      tie('any').map((type): Json =>
        Array.isArray(type) || type === 'null' ? type : ['null', type],
      ),
      fc.subarray(['null', 'boolean', 'double', 'string'], { minLength: 1 }),
      fc.array(tie('any'), { maxLength: 3 }).map((types): Json => ({
        type: 'record',
        name: 'Part',
        fields: types.map((type, i) => ({ name: `f${i}`, type })),
      })),
      fc.constant<Json>({
        type: 'record',
        name: 'Tree',
        fields: [
          { name: 'value', type: 'long' },
          { name: 'left', type: ['null', 'Tree'] },
          { name: 'others', type: { type: 'array', items: 'Tree' } },
        ],
      }),
    ),
  }));
  return any;
}

/** Each definition under a name of its own. */
function named(type: Json, number: number): Json {
  let count = 0;
  const rename = (json: Json, own: string): Json => {
    if (typeof json === 'string') return json === 'Tree' ? own : json;
    if (Array.isArray(json)) return json.map((one: Json) => rename(one, own));
    if (typeof json !== 'object' || json === null) return json;
    const members = json as { readonly [key: string]: Json };
    const isNamed = typeof members['name'] === 'string' && typeof members['type'] === 'string';
    const isType = isNamed && ['fixed', 'enum', 'record'].includes(members['type'] as string);
    const name = isType ? `${members['name'] as string}_${number}_${(count += 1)}` : own;
    return Object.fromEntries(
      Object.entries(members).map(([key, value]) => [
        key,
        isType && key === 'name' ? name : key === 'type' && isType ? value : rename(value, name),
      ]),
    );
  };
  return rename(type, '');
}

/** The type of a hit is defined where the schema first speaks of it. */
function definedFirst(schema: Json): Json {
  let definition: Json = null;
  const find = (json: Json): void => {
    if (typeof json !== 'object' || json === null) return;
    const members = json as { readonly [key: string]: Json };
    if (members['name'] === 'PolicyHit') definition = { ...members, namespace: 'flowlog.v1' };
    else Object.values(members).forEach(find);
  };
  find(canonicalSchema as unknown as Json);
  let isDefined = false;
  const place = (json: Json): Json => {
    if (Array.isArray(json)) return json.map((one: Json) => place(one));
    const isHit =
      json === 'PolicyHit' ||
      (typeof json === 'object' &&
        json !== null &&
        (json as { name?: Json })['name'] === 'PolicyHit');
    if (isHit) {
      if (isDefined) return 'flowlog.v1.PolicyHit';
      isDefined = true;
      return definition;
    }
    if (typeof json !== 'object' || json === null) return json;
    const members = Object.entries(json as { readonly [key: string]: Json });
    const own = members.map(([key, value]): [string, Json] => [
      key,
      key === 'doc' ? value : place(value),
    ]);
    const isOurs = (json as { name?: Json })['name'] === 'StagedEvaluation';
    return Object.fromEntries(isOurs ? [...own, ['namespace', 'flowlog.v1']] : own);
  };
  return place(schema);
}

/** Values of a schema, as avsc takes them. */
export function valuesOf(schema: Json): fc.Arbitrary<unknown> {
  return new Values().of(schema, 3);
}

class Values {
  readonly #named = new Map<string, Json>();

  of(schema: Json, depth: number): fc.Arbitrary<unknown> {
    if (Array.isArray(schema)) return this.#branch(schema, depth);
    if (typeof schema === 'string') {
      const definition = this.#named.get(schema);
      return definition === undefined ? primitive(schema) : this.of(definition, depth - 1);
    }
    const { type, name, namespace, items, values, size, symbols, fields } = schema as Members;
    if (typeof name === 'string') {
      this.#named.set(name, schema);
      this.#named.set(`${namespace as string}.${name}`, schema);
    }
    if (depth <= 0 && (type === 'array' || type === 'map'))
      return fc.constant(type === 'map' ? {} : []);
    switch (type as string) {
      case 'array':
        return fc.array(this.#any(items, depth - 1), { maxLength: 3 });
      case 'map':
        return fc.dictionary(fc.string(), this.#any(values, depth - 1), {
          maxKeys: 3,
          noNullPrototype: true,
        });
      case 'fixed':
        return fc
          .uint8Array({ minLength: Number(size), maxLength: Number(size) })
          .map((bytes) => Buffer.from(bytes));
      case 'enum':
        return fc.constantFrom(...(symbols as string[]));
      case 'record':
        return fc.record(
          Object.fromEntries(
            (fields as FieldJson[]).map((field) => [field.name, this.#field(field, depth)]),
          ),
        );
      default:
        return primitive(type as string);
    }
  }

  /** A name that is yet to be defined is that of a type around this one. */
  #any(schema: Json | undefined, depth: number): fc.Arbitrary<unknown> {
    return this.of(schema ?? 'null', depth);
  }

  #field({ name, type }: FieldJson, depth: number): fc.Arbitrary<unknown> {
    const values = this.#any(type, depth - 1);
    if (name !== 'evaluation') return values;
    const ours = fc.constant('rehearsal/0.0.1');
    return fc
      .tuple(values, ours)
      .map(([value, evaluator]) =>
        typeof value === 'object' && value !== null ? { ...value, evaluator } : value,
      );
  }

  #branch(branches: readonly Json[], depth: number): fc.Arbitrary<unknown> {
    const known = depth > 0 ? branches : branches.slice(0, 1);
    return fc.oneof(...known.map((branch) => this.#any(branch, depth)));
  }
}

type Members = { readonly [key: string]: Json };

function primitive(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.oneof(fc.nat(), fc.constantFrom(2 ** 53 - 1, 1_787_000_000_000));
    case 'float':
      return fc.float();
    case 'double':
      return fc.double();
    case 'bytes':
      return fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    default:
      return fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 200 }));
  }
}
