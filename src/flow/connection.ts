import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from '../policy/evaluator/facts.ts';
import { completions, NUMBER_GAPS } from './completions.ts';
import { Fold } from './fold.ts';
import type { JudgedPolicies } from './policy-index.ts';

/**
 * Evaluates one connection. Where only unknown numbers may leave the verdict open, every class of them is
 * tried, so that a verdict all completions share is found.
 */
export function evaluateConnection(
  policies: JudgedPolicies,
  facts: Facts,
  { scope, knowledge }: { readonly scope: PolicyScope; readonly knowledge: Knowledge },
): ScopeEvaluation {
  const whole = policies.evaluate(facts, scope, knowledge);
  if (whole.status !== 'uncertain' || (whole.gaps & NUMBER_GAPS) === 0) return whole;
  const fold = new Fold();
  for (const complete of completions(facts, whole.gaps, policies.numberClasses)) {
    fold.add(policies.evaluate(complete, scope, knowledge));
    if (fold.verdict === null) return whole;
  }
  const { verdict, trace, isTraceCertain, gaps } = fold;
  if (verdict === null) return whole;
  return { status: 'decided', verdict, trace, isTraceCertain, gaps };
}
