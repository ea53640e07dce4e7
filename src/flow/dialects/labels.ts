import { UndecodableField } from './dead-letter.ts';
import type { FieldName } from './fields.ts';

export interface LabelLimits {
  readonly labels: number;
  readonly labelBytes: number;
}

/**
 * Labels in any form that a dialect writes: a list of `key=value`, one text joined by ` | `, an
 * object, or a list inside `{"labels": …}`. A text is cut at its first `=`; of two labels with one
 * key the last counts.
 */
export function decodeLabels(
  value: unknown,
  field: FieldName,
  limits: LabelLimits,
): ReadonlyMap<string, string> {
  const pairs = pairsOf(value);
  if (pairs === null) throw new UndecodableField('not_a_record', field);
  if (pairs.length > limits.labels) throw new UndecodableField('too_many_items', field);
  const labels = new Map<string, string>();
  for (const [key, text] of pairs) {
    if (Buffer.byteLength(key) + 1 + Buffer.byteLength(text) > limits.labelBytes) {
      throw new UndecodableField('too_large', field);
    }
    labels.set(key, text);
  }
  return labels;
}

type Pair = readonly [key: string, value: string];

function pairsOf(value: unknown): readonly Pair[] | null {
  if (typeof value === 'string') return value === '' ? [] : cutAll(value.split(' | '));
  if (Array.isArray(value)) return cutAll(value);
  if (typeof value !== 'object' || value === null) return null;
  const entries: readonly [string, unknown][] = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'labels' && Array.isArray(first[1])) {
    return cutAll(first[1]);
  }
  const pairs = entries.flatMap(([key, text]): Pair[] =>
    typeof text === 'string' ? [[key, text]] : [],
  );
  return pairs.length === entries.length ? pairs : null;
}

function cutAll(texts: readonly unknown[]): readonly Pair[] | null {
  const pairs = texts.flatMap((text): Pair[] => {
    const cut = typeof text === 'string' ? text.indexOf('=') : -1;
    return typeof text === 'string' && cut > 0 ? [[text.slice(0, cut), text.slice(cut + 1)]] : [];
  });
  return pairs.length === texts.length ? pairs : null;
}
