import type { Direction, RuleAction } from '../policy/actions.ts';
import type { IndexedPolicy } from '../policy/index/policies.ts';
import type { Charge, Attribution } from '../stage/cells.ts';
import type { ChargedRule, Certainty } from '../flow/evaluation.ts';

/**
 * Every charge that a flow could bring to a policy, so that its series stand at 0 before the first one
 * does.
 */
export function possibleCharges(policy: IndexedPolicy): Charge[] {
  const directions = (['ingress', 'egress'] as const).filter(
    (direction) => policy.governs[direction],
  );
  return directions.flatMap((direction) => chargesTowards(direction, policy));
}

const certainties: readonly Certainty[] = ['certain', 'assumed', 'uncertain'];

function chargesTowards(direction: Direction, described: IndexedPolicy): Charge[] {
  const { ref: policy, isStaged, ingressRules, egressRules, defaultAction } = described;
  const actions = direction === 'ingress' ? ingressRules : egressRules;
  const outcomes: Outcome[] = [
    ...actions.map((action, rule) => ({ rule, action })),
    { rule: END_OF_TIER, action: defaultAction },
  ];
  const attributions: readonly Attribution[] = isStaged ? ['joint', 'solo'] : ['joint'];
  const changes = (counts: 'would-deny' | 'would-allow', verdict: 'deny' | 'allow'): Charge[] => {
    const charged: ChargedRule[] = outcomes
      .filter(({ action }) => action === verdict)
      .map(({ rule }) => rule);
    if (isStaged) charged.push('other');
    return charged.flatMap((rule) =>
      attributions.map((attribution): Charge => ({ counts, policy, direction, rule, attribution })),
    );
  };
  const hits = outcomes.flatMap(({ rule, action }): Charge[] =>
    action === 'allow' || action === 'deny' || action === 'pass'
      ? [{ counts: 'hit', policy, direction, rule, action }]
      : [],
  );
  const touches = certainties.map((certainty): Charge => ({
    counts: 'touch',
    policy,
    direction,
    certainty,
  }));
  return [
    ...changes('would-deny', 'deny'),
    ...changes('would-allow', 'allow'),
    ...hits,
    ...(isStaged ? touches : []),
  ];
}

interface Outcome {
  readonly rule: number;
  readonly action: RuleAction | 'unknown';
}

const END_OF_TIER = -1;
