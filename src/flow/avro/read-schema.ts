import { rawNumber } from './raw-number.ts';
import type { JsonObject, PrimitiveKind, RecordField, RecordJson, Schema } from './schema.ts';

/** A schema that was read, with its JSON, which is nobody else's. */
export interface ReadSchema {
  readonly schema: Schema;
  readonly json: unknown;
  /** By full name: all records, enumerations and fixed types. */
  readonly named: ReadonlyMap<string, Schema>;
  /** How often the schema speaks of a type again that it has defined. */
  readonly mentions: ReadonlyMap<Schema, number>;
}

/** Why a schema cannot be used. */
export interface SchemaProblem {
  /** For a person. */
  readonly problem: string;
  /** Of its records; `schema_invalid` unless told otherwise. */
  readonly reason?: 'member_clash';
}

/**
 * Reads the text of a schema by the specification of Avro 1.12. `types` bounds how many types it may
 * have.
 */
export function readSchema(text: string, types: number): ReadSchema | SchemaProblem {
  try {
    const json: unknown = JSON.parse(text, keepNumbers);
    const reader = new SchemaReader(types);
    const schema = reader.read(json, '', 0);
    return { schema, json, named: reader.named, mentions: reader.mentions };
  } catch (error) {
    if (error instanceof UnusableSchema) return { problem: error.message };
    if (error instanceof SyntaxError) return { problem: 'it is not JSON' };
    // The parser itself gives up on brackets in the thousands.
    if (error instanceof RangeError) return { problem: TOO_DEEP };
    throw error;
  }
}

/** Thrown and caught within the reading of one schema. */
class UnusableSchema extends Error {}

const DEPTH_MAX = 100;
const TOO_DEEP = `its types are nested over ${DEPTH_MAX} deep`;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const FULL_NAME = /^(?:[A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*$/;

const primitives: ReadonlySet<string> = new Set<PrimitiveKind>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

type Named = Extract<Schema, { kind: 'record' | 'enum' | 'fixed' }>;

interface TypePlace {
  readonly type: string;
  readonly namespace: string;
  readonly depth: number;
}

class SchemaReader {
  readonly named = new Map<string, Named>();
  readonly mentions = new Map<Schema, number>();
  readonly #typesMax: number;
  #types = 0;

  constructor(typesMax: number) {
    this.#typesMax = typesMax;
  }

  read(json: unknown, namespace: string, depth: number): Schema {
    this.#count(depth);
    if (typeof json === 'string') return this.#namedBy(json, namespace);
    if (Array.isArray(json)) return this.#union(json, namespace, depth);
    if (!isObject(json)) throw new UnusableSchema('a type is neither a name nor an object');
    const { type } = json;
    if (typeof type !== 'string') return this.read(type, namespace, depth + 1);
    return this.#typeIn(json, { type, namespace, depth });
  }

  #count(depth: number): void {
    this.#types += 1;
    if (this.#types > this.#typesMax) {
      throw new UnusableSchema(`it has more than ${this.#typesMax} types, \`limits.schemaTypes\``);
    }
    if (depth > DEPTH_MAX) throw new UnusableSchema(TOO_DEEP);
  }

  #typeIn(json: JsonObject, { type, namespace, depth }: TypePlace): Schema {
    if (isPrimitive(type)) return { kind: type, logicalType: textIn(json, 'logicalType') };
    switch (type) {
      case 'array':
        return { kind: type, items: this.read(json['items'], namespace, depth + 1) };
      case 'map':
        return { kind: type, items: this.read(json['values'], namespace, depth + 1) };
      case 'fixed':
        return this.#define(json, namespace, { kind: type, size: sizeIn(json) });
      case 'enum':
        return this.#define(json, namespace, { kind: type, symbols: symbolsIn(json) });
      case 'record':
      case 'error':
        return this.#record(json, namespace, depth);
      default:
        return this.#namedBy(type, namespace);
    }
  }

  #namedBy(name: string, namespace: string): Schema {
    if (isPrimitive(name)) return { kind: name, logicalType: '' };
    const named = this.named.get(qualified(name, namespace)) ?? this.named.get(name);
    if (named === undefined) throw new UnusableSchema(`nothing defines its type \`${name}\``);
    this.mentions.set(named, (this.mentions.get(named) ?? 0) + 1);
    return named;
  }

  #union(json: readonly unknown[], namespace: string, depth: number): Schema {
    const branches = json.map((branch) => this.read(branch, namespace, depth + 1));
    if (branches.some(({ kind }) => kind === 'union')) {
      throw new UnusableSchema('a union holds a union');
    }
    const unnamed = branches.filter(({ kind }) => !isNamedKind(kind)).map(({ kind }) => kind);
    if (new Set(unnamed).size < unnamed.length) {
      throw new UnusableSchema('a union has two branches of one type');
    }
    return { kind: 'union', branches };
  }

  #record(json: JsonObject, namespace: string, depth: number): Schema {
    if (!hasFields(json)) throw new UnusableSchema('a record has no list `fields`');
    const fields: RecordField[] = [];
    const fullName = nameIn(json, namespace);
    const schema = { kind: 'record', fullName, fields, json } as const;
    this.#define(json, namespace, schema);
    const inside = fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
    const names = new Set<string>();
    for (const field of json.fields) {
      if (!isObject(field)) throw new UnusableSchema(`a field of \`${fullName}\` is no object`);
      const name = textIn(field, 'name');
      if (!NAME.test(name) || names.has(name)) {
        throw new UnusableSchema(`\`${fullName}\` has a field without a name of its own`);
      }
      names.add(name);
      const type = this.read(field['type'], inside, depth + 1);
      fields.push({ name, aliases: aliasesIn(field), schema: type, json: field });
    }
    return schema;
  }

  #define(json: JsonObject, namespace: string, schema: Named): Named {
    const name = nameIn(json, namespace);
    if (this.named.has(name)) throw new UnusableSchema(`its type \`${name}\` is defined twice`);
    this.named.set(name, schema);
    return schema;
  }
}

/** Numbers that a double cannot hold stay as they are written: they are defaults, never read by us. */
function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }) {
  const isExact = typeof value !== 'number' || Number.isSafeInteger(value);
  return isExact || context?.source === undefined ? value : rawNumber(context.source);
}

function isPrimitive(name: string): name is PrimitiveKind {
  return primitives.has(name);
}

function isNamedKind(kind: Schema['kind']): boolean {
  return kind === 'record' || kind === 'enum' || kind === 'fixed';
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasFields(json: JsonObject): json is RecordJson {
  return Array.isArray(json['fields']);
}

function textIn(json: JsonObject, attribute: string): string {
  const value = json[attribute];
  return typeof value === 'string' ? value : '';
}

function aliasesIn({ aliases }: JsonObject): readonly string[] {
  return Array.isArray(aliases) ? aliases.filter((alias) => typeof alias === 'string') : [];
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function nameIn(json: JsonObject, namespace: string): string {
  const { namespace: own } = json;
  const name = qualified(textIn(json, 'name'), typeof own === 'string' ? own : namespace);
  if (!FULL_NAME.test(name)) throw new UnusableSchema(`\`${name}\` is no name of a type`);
  if (isPrimitive(name)) throw new UnusableSchema(`it defines \`${name}\` anew`);
  return name;
}

function sizeIn({ size }: JsonObject): number {
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0 && size < 2 ** 31)
    return size;
  throw new UnusableSchema('a fixed type has no `size`');
}

function symbolsIn({ symbols }: JsonObject): readonly string[] {
  if (!Array.isArray(symbols)) throw new UnusableSchema('an enumeration has no list `symbols`');
  const names = symbols.filter((symbol) => typeof symbol === 'string' && NAME.test(symbol));
  if (names.length < symbols.length || new Set(names).size < names.length) {
    throw new UnusableSchema('an enumeration has a symbol that is no name of its own');
  }
  return names;
}
