import type { Carried, CarriedName, ExtraMember } from '../dialects/carried.ts';
import type { MemberTree } from '../dialects/member-tree.ts';
import { rawNumber } from './raw-number.ts';
import { ExactReader } from './read-value.ts';
import { withoutNull } from './schema.ts';
import type { RecordSchema, Schema } from './schema.ts';

/**
 * What a conversion keeps of the record that begins at `start`: numbers of 64 bits to their last digit,
 * bytes as texts of as many characters. A text that is not UTF-8 is mended.
 */
export function carryFields(
  record: RecordSchema,
  bytes: Buffer,
  { start, known }: { readonly start: number; readonly known: MemberTree },
): Carried {
  const texts = new Map<CarriedName, string>();
  const extra: ExtraMember[] = [];
  const reader = new ExactReader(bytes, start);
  for (const { name, aliases, schema } of record.fields) {
    const value = reader.read(schema);
    const node = [name, ...aliases].map((one) => known.get(one)).find((one) => one !== undefined);
    if (value === null) continue;
    if (node === undefined) extra.push([name, jsonOf(value)]);
    else if (node.carried === 'extra') extra.push(...keptIn(value, schema));
    else if (node.carried !== null) texts.set(node.carried, jsonOf(value));
  }
  return { texts, extra };
}

/** Members that an earlier conversion kept, as JSON texts in a map. */
function keptIn(value: unknown, schema: Schema): readonly ExtraMember[] {
  const map = withoutNull(schema);
  const isOurs = map?.kind === 'map' && map.items.kind === 'string';
  if (!isOurs || typeof value !== 'object' || value === null) return [['extra', jsonOf(value)]];
  return Object.entries(value).map(([name, text]) => [name, jsonIn(String(text))]);
}

/** A text that should be JSON; else that text as JSON. */
function jsonIn(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value, writable) ?? 'null';
}

function writable(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return rawNumber(String(value));
  // Buffers come with what `toJSON` makes of them.
  const original: unknown =
    typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  return Buffer.isBuffer(original) ? original.toString('latin1') : value;
}
