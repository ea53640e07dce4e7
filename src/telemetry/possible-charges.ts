import type { Direction, RuleAction } from '../policy/actions.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { Policy, Tier } from '../policy/resources/model.ts';
import type { Charge, Attribution } from '../stage/cells.ts';
import type { ChargedRule, Certainty } from '../flow/evaluation.ts';

/**
 * Every charge that a flow could bring to a policy, so that its series stand at 0 before the first one
 * does. `endOfTier` is the default action of its tier.
 */
export function possibleCharges(policy: Policy, endOfTier: Tier['defaultAction']): Charge[] {
  const directions: readonly Direction[] = [
    ...(policy.ingress ? (['ingress'] as const) : []),
    ...(policy.egress ? (['egress'] as const) : []),
  ];
  return directions.flatMap((direction) => chargesTowards(direction, policy, endOfTier));
}

const certainties: readonly Certainty[] = ['certain', 'assumed', 'uncertain'];

function chargesTowards(
  direction: Direction,
  policy: Policy,
  endOfTier: Tier['defaultAction'],
): Charge[] {
  const isStaged = policyKinds[policy.kind].staged;
  const rules = direction === 'ingress' ? policy.ingressRules : policy.egressRules;
  const outcomes: Outcome[] = [
    ...rules.map(({ action }, rule) => ({ rule, action })),
    { rule: END_OF_TIER, action: endOfTier },
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
