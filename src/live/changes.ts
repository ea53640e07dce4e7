import { policyKinds } from '../policy/kinds.ts';
import { canonicalText } from '../policy/resources/canonical.ts';
import type { CompiledPolicies } from './compile.ts';

/** What of a set of policies is compared with the next one. */
export interface Digest {
  /** Each policy's own text, by kind, namespace and name. */
  readonly policies: ReadonlyMap<string, { readonly text: string; readonly isStaged: boolean }>;
  readonly rules: number;
  readonly policyHash: string;
  readonly inventoryHash: string;
}

export function digestOf({ resources, policyHash, inventoryHash }: CompiledPolicies): Digest {
  return {
    policies: new Map(
      resources.policies.map((policy) => [
        `${policy.kind}/${policy.namespace}/${policy.name}`,
        { text: canonicalText(policy), isStaged: policyKinds[policy.kind].staged },
      ]),
    ),
    rules: resources.policies.reduce(
      (sum, { ingressRules, egressRules }) => sum + ingressRules.length + egressRules.length,
      0,
    ),
    policyHash,
    inventoryHash,
  };
}

/** What changed from one set to the next, for one log line: `+1 staged, ~2, -0, rules 412→415`. */
export function describeChanges(before: Digest, after: Digest): string {
  const added = [...after.policies].filter(([key]) => !before.policies.has(key));
  const changed = [...after.policies].filter(([key, { text }]) => {
    const known = before.policies.get(key);
    return known !== undefined && known.text !== text;
  });
  const removed = [...before.policies.keys()].filter((key) => !after.policies.has(key));
  const staged = added.filter(([, { isStaged }]) => isStaged).length;
  const enforced = added.length - staged;
  return [
    `+${staged} staged`,
    ...(enforced > 0 ? [`+${enforced} enforced`] : []),
    `~${changed.length}`,
    `-${removed.length}`,
    `rules ${before.rules}→${after.rules}`,
    ...(before.inventoryHash === after.inventoryHash ? [] : ['inventory changed']),
  ].join(', ');
}
