/** Types of Avro that have no parts. */
export type PrimitiveKind =
  | 'null'
  | 'boolean'
  | 'int'
  | 'long'
  | 'float'
  | 'double'
  | 'bytes'
  | 'string';

/** A schema with its names resolved: a graph, since a record may hold itself. */
export type Schema =
  | PrimitiveSchema
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array' | 'map'; readonly items: Schema }
  | { readonly kind: 'union'; readonly branches: readonly Schema[] }
  | RecordSchema;

export interface PrimitiveSchema {
  readonly kind: PrimitiveKind;
  readonly logicalType: string;
}

export interface RecordSchema {
  readonly kind: 'record';
  /** With its namespace, if it has one. */
  readonly fullName: string;
  readonly fields: readonly RecordField[];
  /** Where the type is written, to be added to. */
  readonly json: RecordJson;
}

export interface RecordField {
  readonly name: string;
  /** Names under which other schemas know it. */
  readonly aliases: readonly string[];
  readonly schema: Schema;
  readonly json: JsonObject;
}

export type JsonObject = { readonly [attribute: string]: unknown };

/** The JSON of a record. */
export interface RecordJson extends JsonObject {
  readonly fields: unknown[];
}

export function isPrimitive(schema: Schema): schema is PrimitiveSchema {
  return 'logicalType' in schema;
}

/** The branch of a nullable type that is not null, or the type itself if it is no union. */
export function withoutNull(schema: Schema): Schema | null {
  if (schema.kind !== 'union') return schema;
  const others = schema.branches.filter(({ kind }) => kind !== 'null');
  return others.length === 1 ? (others[0] ?? null) : null;
}

/** The type as a record, if it is one or null; else `null`. */
export function asRecord(schema: Schema): RecordSchema | null {
  const other = withoutNull(schema);
  return other?.kind === 'record' ? other : null;
}
