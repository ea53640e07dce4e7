/** A schema as JSON writes it. */
export type SchemaJson =
  | string
  | readonly SchemaJson[]
  | { readonly type: SchemaJson; readonly [attribute: string]: unknown };

/** A field of a record as JSON writes it. */
export interface FieldJson {
  readonly name: string;
  readonly type: SchemaJson;
  readonly default?: unknown;
  readonly doc?: string;
}

/** A field of one type whose values mostly are `fallback`. */
export function field(name: string, type: SchemaJson, fallback: unknown, doc?: string): FieldJson {
  return { name, type, default: fallback, ...(doc === undefined ? {} : { doc }) };
}

/** A text, mostly empty. */
export function text(name: string, doc?: string): FieldJson {
  return field(name, 'string', '', doc);
}

/** A list, mostly empty. */
export function list(name: string, items: SchemaJson, doc?: string): FieldJson {
  return field(name, { type: 'array', items }, [], doc);
}

/** Something that mostly is not there. */
export function nullable(name: string, type: SchemaJson, doc?: string): FieldJson {
  return field(name, ['null', type], null, doc);
}

/** ms since 1970. */
export const timestamp = { type: 'long', logicalType: 'timestamp-millis' } as const;
