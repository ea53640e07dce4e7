import { createHash } from 'node:crypto';

import { policyKinds } from '../policy/kinds.ts';
import type { Policy, Resources } from '../policy/resources/model.ts';

/** What of a set of policies is compared with the next one. */
export interface Digest {
  /** A hash of each policy's own text, by kind, namespace and name. */
  readonly staged: ReadonlyMap<string, string>;
  readonly enforced: ReadonlyMap<string, string>;
  readonly rules: number;
  readonly policyHash: string;
  readonly inventoryHash: string;
}

export const emptyDigest: Digest = {
  staged: new Map(),
  enforced: new Map(),
  rules: 0,
  policyHash: '',
  inventoryHash: '',
};

/** `policyTexts` have all that each policy says, in the order of the policies. */
export function digestOf(
  { policies }: Resources,
  hashes: Pick<Digest, 'policyHash' | 'inventoryHash'>,
  policyTexts: readonly string[],
): Digest {
  const staged = new Map<string, string>();
  const enforced = new Map<string, string>();
  let rules = 0;
  for (const [number, policy] of policies.entries()) {
    const { kind, ingressRules, egressRules } = policy;
    const own = createHash('sha256').update(policyTexts[number]!).digest('hex').slice(0, 16);
    (policyKinds[kind].staged ? staged : enforced).set(keyOf(policy), own);
    rules += ingressRules.length + egressRules.length;
  }
  return { staged, enforced, rules, ...hashes };
}

/** The hash of a policy's own text; empty if it is not one of the set's. */
export function ownHashOf({ staged, enforced }: Digest, policy: Policy): string {
  return (policyKinds[policy.kind].staged ? staged : enforced).get(keyOf(policy)) ?? '';
}

function keyOf({ kind, namespace, name }: Policy): string {
  return `${kind}/${namespace}/${name}`;
}

/** What changed from one set to the next, for one log line: `+1 staged, ~2, -0, rules 412→415`. */
export function describeChanges(before: Digest, after: Digest): string {
  const staged = compare(before.staged, after.staged);
  const enforced = compare(before.enforced, after.enforced);
  return [
    `+${staged.added} staged`,
    ...(enforced.added > 0 ? [`+${enforced.added} enforced`] : []),
    `~${staged.changed + enforced.changed}`,
    `-${staged.removed + enforced.removed}`,
    `rules ${before.rules}→${after.rules}`,
    ...(before.inventoryHash === after.inventoryHash ? [] : ['inventory changed']),
  ].join(', ');
}

function compare(before: Digest['staged'], after: Digest['staged']) {
  let added = 0;
  let changed = 0;
  for (const [key, hash] of after) {
    const known = before.get(key);
    if (known === undefined) added++;
    else if (known !== hash) changed++;
  }
  return { added, changed, removed: before.size - (after.size - added) };
}
