import type { Verdict } from '../policy/actions.ts';
import type { PolicyHit, PolicyRef } from '../policy/hit.ts';
import type { ChargedRule, SoloOutcome } from './evaluation.ts';
import { certaintyOf } from './certainty.ts';
import type { ScopeOutcome } from './scope.ts';
import { samePolicy } from './trace.ts';

/** A staged policy judged alone with the enforced ones. */
export interface Solo {
  readonly policy: PolicyRef;
  readonly outcome: ScopeOutcome;
}

/** What holds today: see `FlowEvaluation`. */
export interface Today {
  readonly baseline: Verdict | null;
  readonly enforcedVerdict: Verdict | null;
}

/**
 * What a solo says of the flow. A denial is uncertain as long as nobody can say whether the flow is
 * denied today already: it is charged to nobody, and must not read as evidence of safety.
 */
export function soloOutcome({ policy, outcome }: Solo, today: Today): SoloOutcome {
  const verdict = outcome.status === 'decided' ? outcome.verdict : null;
  const isOpen = verdict === 'deny' && today.enforcedVerdict === null && today.baseline !== 'allow';
  const certainty = isOpen ? 'uncertain' : certaintyOf(outcome);
  return { policy, certainty, verdict, rule: chargedRule(policy, outcome) };
}

/**
 * The solos that flip the enforced verdict, as hits of the policy in its own trace; rule -2 where another
 * policy's rule has the last word. A solo that fails or stays open is no flip.
 */
export function flipsOf(solos: readonly Solo[], enforced: Verdict | null): readonly PolicyHit[] {
  if (enforced === null) return [];
  return solos.flatMap(({ policy, outcome }) => {
    if (outcome.status !== 'decided' || outcome.verdict === enforced) return [];
    const own = lastHitOf(policy, outcome);
    return [own ?? { policy, action: outcome.verdict, policyIndex: 0, ruleIndex: OTHER_RULE }];
  });
}

/** `ruleIndex` of a flip that another policy's rule completes, as a Pass or a Delete does. */
const OTHER_RULE = -2;

function chargedRule(policy: PolicyRef, outcome: ScopeOutcome): ChargedRule {
  return lastHitOf(policy, outcome)?.ruleIndex ?? 'other';
}

/** The trace's last word, if it is the policy's and every way shares it. */
function lastHitOf(policy: PolicyRef, outcome: ScopeOutcome): PolicyHit | null {
  if (outcome.status !== 'decided' || !outcome.isTraceCertain) return null;
  const last = outcome.trace.at(-1);
  if (last === undefined || last.action === 'pass') return null;
  return samePolicy(last.policy, policy) ? last : null;
}
