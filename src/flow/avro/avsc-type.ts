import { createRequire } from 'node:module';
import type avsc from 'avsc';
import { assert } from '../../std/assert.ts';

export type AvroType = avsc.Type;

/**
 * The schema (as `JSON.parse` gives it) as avsc reads and writes it. Numbers of 64 bits are read as
 * `bigint` and may be written as `number` too. Throws what avsc throws of a schema that is wrong.
 */
export function avscType(schema: unknown): AvroType {
  const { Type, exactLong } = library();
  const registry = { long: exactLong };
  const typeHook = (inner: unknown) => (isLong(inner) ? exactLong : undefined);
  const plain: unknown = JSON.parse(JSON.stringify(schema), withSplitName);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- avsc itself checks what it is given
  return Type.forSchema(plain as avsc.Schema, { registry, typeHook });
}

/** Of a name with dots avsc would take the namespace from elsewhere: for itself, not for types inside. */
function withSplitName(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return value;
  if (!('name' in value) || typeof value.name !== 'string') return value;
  const dot = value.name.lastIndexOf('.');
  if (dot < 0) return value;
  return { ...value, name: value.name.slice(dot + 1), namespace: value.name.slice(0, dot) };
}

/** One with a logical type is a long like any other, which avsc does not look up. */
function isLong(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long'
  );
}

interface Library extends Pick<typeof avsc, 'Type' | 'types'> {
  readonly exactLong: AvroType;
}

let loaded: Library | null = null;

/** Loaded with the first schema: whoever has none does not wait for it. */
function library(): Library {
  if (loaded !== null) return loaded;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package is
  const { Type, types } = createRequire(import.meta.url)('avsc') as typeof avsc;
  // oxlint-disable-next-line eslint/no-underscore-dangle -- so avsc has named it
  loaded = { Type, types, exactLong: types.LongType.__with(exactLong) };
  return loaded;
}

/** The largest double below 2^63. */
const LARGEST = 2 ** 63 - 1024;

const exactLong = {
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint | number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  // A default that was written as a number may have been rounded up, past what the type holds.
  fromJSON: (value: number) => BigInt.asIntN(64, BigInt(Math.min(value, LARGEST))),
  toJSON: Number,
  isValid: (value: unknown) =>
    typeof value === 'bigint'
      ? BigInt.asIntN(64, value) === value
      : typeof value === 'number' && Number.isSafeInteger(value),
  compare: (a: bigint, b: bigint) => (a < b ? -1 : Number(a > b)),
};

/** The type of a field of a record that may be null. */
export function typeOfField(type: AvroType, name: string): AvroType {
  const record = isRecord(type) ? type : branchesOf(type).find(isRecord);
  assert(record !== undefined, `a record holds the field ${name}`);
  return record.field(name).type;
}

function isRecord(type: AvroType): type is avsc.types.RecordType {
  return type instanceof library().types.RecordType;
}

function branchesOf(type: AvroType): readonly AvroType[] {
  const { UnwrappedUnionType, WrappedUnionType } = library().types;
  const isUnion = type instanceof UnwrappedUnionType || type instanceof WrappedUnionType;
  return isUnion ? type.types : [];
}
