import { UnreadableField } from './unreadable.ts';
import type { FieldName } from './fields.ts';
import type { RecordLimits } from './unreadable.ts';

/**
 * Labels in any form that a dialect writes: a list of `key=value`, one text joined by ` | `, an
 * object, or a list inside `{"labels": …}`. A text is cut at its first `=`; of two labels with one
 * key the last counts.
 */
export function decodeLabels(
  value: unknown,
  field: FieldName,
  limits: Pick<RecordLimits, 'labels' | 'labelBytes'>,
): ReadonlyMap<string, string> {
  const pairs = pairsOf(value);
  if (pairs === null) throw new UnreadableField('not_a_record', field);
  if (pairs.length > limits.labels) throw new UnreadableField('too_many_items', field, 'labels');
  const labels = new Map<string, string>();
  for (const [key, text] of pairs) {
    if (Buffer.byteLength(key) + 1 + Buffer.byteLength(text) > limits.labelBytes) {
      throw new UnreadableField('too_large', field, 'labelBytes');
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
