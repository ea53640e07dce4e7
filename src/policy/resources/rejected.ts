import type { Findings } from './findings.ts';
import type { Policy } from './model.ts';

/**
 * A rejected policy as the one that it might become once it is mended: where the slip lies in what it
 * selects, it may select anything, and what it is not for may be mended too (contract 3, `uncertain`).
 */
export function asMendable(policy: Policy, findings: Findings): Policy {
  const isSelectorDoubtful = subjects.some((name) => findings.refuses(['spec', name]));
  return {
    ...policy,
    selector: isSelectorDoubtful ? { kind: 'all' } : policy.selector,
    forWorkloads: true,
  };
}

/** One of two objects of the same kind and name that differ: nobody knows which is meant. */
export function asEither(policy: Policy, state: Policy['state']): Policy {
  return {
    ...policy,
    tier: '',
    order: NaN,
    stagedAction: policy.stagedAction === null ? null : 'Set',
    selector: { kind: 'all' },
    forWorkloads: true,
    state,
  };
}

const subjects = [
  'selector',
  'namespaceSelector',
  'serviceAccountSelector',
  'podSelector',
  'subject',
];
