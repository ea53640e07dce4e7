import { createHash } from 'node:crypto';
import type { PolicyMode } from '../actions.ts';
import type { Resources } from './model.ts';

/**
 * Policies and tiers as one text: equal for equal sets, whatever the order, the spelling and the
 * place of the documents. `policyTexts` are those of its policies, which somebody may have made before.
 */
export function canonicalPolicies(
  resources: Pick<Resources, 'policies' | 'tiers'>,
  policyTexts: readonly string[] = resources.policies.map(canonicalText),
): string {
  const policies = policyTexts.toSorted();
  const tiers = resources.tiers.map(canonicalText).toSorted();
  return [...policies, ...tiers].join('\n');
}

/** `policy_hash` (contract 4): 16 hex digits over policies, tiers and mode. */
export function hashPolicies(
  resources: Pick<Resources, 'policies' | 'tiers'>,
  mode: PolicyMode,
  policyTexts?: readonly string[],
): string {
  const text = `${mode}\n${canonicalPolicies(resources, policyTexts)}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** A decoded object as text, without where it was written. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (name === 'position') return undefined;
    if (member instanceof Map) return [...member].toSorted(byKey);
    return member === Infinity ? 'Infinity' : member;
  });
}

function byKey([left]: readonly [unknown, unknown], [right]: readonly [unknown, unknown]): number {
  return String(left) < String(right) ? -1 : 1;
}
