import type { Facts } from '../../policy/evaluator/facts.ts';
import type { Candidate } from '../../policy/index/candidate.ts';
import { subjectsOf } from '../../policy/index/end-items.ts';
import type { IndexedPolicy } from '../../policy/index/policies.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { formatPolicyText } from '../../policy/policy-text.ts';
import type { Policy, Resources } from '../../policy/resources/model.ts';
import { because } from './because.ts';
import type { PolicyElsewhere } from './explanation.ts';

/** Staged policies that are told though they have no part in the flow. */
const TOLD_MAX = 10;

/**
 * The staged policies of the endpoint's namespace, and of all, that are in none of its lists, and why: those
 * that somebody who asks may have expected.
 */
export function elsewhere(
  {
    index,
    resources,
  }: { readonly index: PolicyIndex; readonly resources: Pick<Resources, 'policies'> },
  pairs: readonly Facts[],
  namespace: string | null,
): readonly PolicyElsewhere[] {
  const [first] = pairs;
  if (first === undefined) return [];
  const { direction } = first;
  const locals = pairs.map((pair) => (direction === 'egress' ? pair.source : pair.destination));
  const present = new Set(
    [...new Set<Candidate>(locals)].flatMap((local) => index.policiesOf(local, direction)),
  );
  const written = new Map(resources.policies.map((policy) => [formatPolicyText(policy), policy]));
  const absent = index.policies.filter(
    ({ ref, isStaged }) => isStaged && !present.has(ref) && ['', namespace].includes(ref.namespace),
  );
  return absent.slice(0, TOLD_MAX).map((policy) => {
    const name = formatPolicyText(policy.ref);
    const subject = locals[0];
    const source = written.get(name);
    const isKnown = subject !== undefined && source !== undefined;
    const why = isKnown ? whyAbsent(policy, source, { subject, direction }) : '';
    return { policy: name, why };
  });
}

interface Asked {
  readonly subject: Candidate;
  readonly direction: Facts['direction'];
}

function whyAbsent(policy: IndexedPolicy, written: Policy, { subject, direction }: Asked): string {
  const { stagedAction, namesake, state, governs } = policy;
  if (stagedAction === 'Delete') {
    return namesake === null
      ? 'it deletes a policy that is not loaded'
      : `it deletes ${formatPolicyText(namesake)}`;
  }
  if (stagedAction === 'Ignore') return 'it says stagedAction: Ignore';
  if (state === 'inert') return 'Felix leaves it out: `rehearsal validate` says why';
  if (!governs[direction]) return `it does not govern ${direction}`;
  if (!written.forWorkloads) return 'it is for hosts alone';
  return because(written.selector, subjectsOf(subject, 'strict'));
}
