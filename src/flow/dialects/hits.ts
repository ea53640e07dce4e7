import { decodeHit } from '../../policy/hit-json.ts';
import { parseHit } from '../../policy/hit-text.ts';
import type { HitError, PolicyHit } from '../../policy/hit.ts';
import type { FieldName } from './fields.ts';
import { UnreadableField } from './unreadable.ts';
import type { RecordLimits } from './unreadable.ts';

/** A trace of a record, sorted by policy index, since its writers do not keep to it (semantics 6.5). */
export function decodeHits(
  list: readonly unknown[] | null,
  field: FieldName,
  limits: Pick<RecordLimits, 'hits'>,
): readonly PolicyHit[] | null {
  if (list === null) return null;
  if (list.length > limits.hits) throw new UnreadableField('too_many_items', field, 'hits');
  return list.map(hitOf).toSorted((a, b) => a.policyIndex - b.policyIndex);
}

/** One hit of any dialect, from parsed JSON. */
export function readHit(value: unknown): PolicyHit | HitError {
  return typeof value === 'string' ? parseHit(value) : decodeHit(value);
}

function hitOf(value: unknown): PolicyHit {
  const hit = readHit(value);
  return 'policy' in hit ? hit : UNKNOWN_HIT;
}

/**
 * Stands for a hit that we cannot read, such as one of a kind that a later Calico has: no file can
 * hold its policy, so whoever looks for it finds it missing (contract 4, rule 8).
 */
const UNKNOWN_HIT: PolicyHit = {
  policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: '', tier: '' },
  action: 'pass',
  policyIndex: 0,
  ruleIndex: -2,
};
