import { createHash } from 'node:crypto';
import type { PolicyMode } from '../actions.ts';
import type { Policy, Resources } from './model.ts';

/**
 * Policies and tiers as one text: equal for equal sets, whatever the order, the spelling and the
 * place of the documents. `textOf` is `canonicalText`, of which somebody may have kept the answers.
 */
export function canonicalPolicies(
  resources: Pick<Resources, 'policies' | 'tiers'>,
  textOf: TextOf = canonicalText,
): string {
  const policies = resources.policies.map(textOf).toSorted();
  const tiers = resources.tiers.map(canonicalText).toSorted();
  return [...policies, ...tiers].join('\n');
}

/** `policy_hash` (contract 4): 16 hex digits over policies, tiers and mode. */
export function hashPolicies(
  resources: Pick<Resources, 'policies' | 'tiers'>,
  mode: PolicyMode,
  textOf?: TextOf,
): string {
  const text = `${mode}\n${canonicalPolicies(resources, textOf)}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

type TextOf = (policy: Policy) => string;

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
