import { encodeHit } from '../../policy/hit-json.ts';
import type { HitJson } from '../../policy/hit-json.ts';
import { readHit } from '../dialects/hits.ts';

/** Hits of a record of any dialect, in the order in which they came. */
export function canonicalHits(list: readonly unknown[]): readonly HitJson[] {
  return list.map(hitOf);
}

function hitOf(value: unknown): HitJson {
  const hit = readHit(value);
  return 'policy' in hit ? encodeHit(hit, 'whisker') : unreadableHit(value);
}

/**
 * What can be kept of a hit that nobody can read, such as one of a kind that a later Calico has. It
 * stays unreadable: whoever judges the record again must find a policy missing (contract 4, rule 8).
 */
function unreadableHit(value: unknown): HitJson {
  const hit = partsOf(value);
  return 'policy' in readHit(hit) ? { ...hit, kind: UNKNOWN_KIND } : hit;
}

const UNKNOWN_KIND = 'KindUnspecified';

function partsOf(value: unknown): HitJson {
  const parts: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : { name: value };
  const { kind, name, namespace, tier, action, trigger } = parts;
  return {
    kind: textOf(kind) || UNKNOWN_KIND,
    name: textOf(name),
    namespace: textOf(namespace),
    tier: textOf(tier),
    action: textOf(action) || 'ActionUnspecified',
    policy_index: indexOf(parts['policy_index'] ?? parts['policyIndex']),
    rule_index: indexOf(parts['rule_index'] ?? parts['ruleIndex']),
    trigger: typeof trigger === 'object' && trigger !== null ? partsOf(trigger) : null,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function indexOf(value: unknown): number {
  const index = typeof value === 'string' ? Number(value) : value;
  return typeof index === 'number' && Number.isSafeInteger(index) ? index : 0;
}
