import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from '../policy/evaluator/facts.ts';
import { Completer, COMPLETIONS_MAX, isClosable } from './completions.ts';
import { BOTH, verdictBits } from './fold.ts';
import type { JudgedPolicies } from './policy-index.ts';

export interface SweepOptions {
  readonly scope: PolicyScope;
  readonly knowledge: Knowledge;
  /** Stop as soon as two connections certainly disagree: nobody asks for traces and reasons. */
  readonly isBrief: boolean;
}

/**
 * Evaluates connections, all of which one flow may be. Where nothing but unknown numbers and labels may leave
 * the verdict open, every class of them is tried, so that a verdict that all completions share is found.
 */
export function sweep(
  policies: JudgedPolicies,
  pairs: readonly Facts[],
  options: SweepOptions,
): readonly ScopeEvaluation[] {
  const evaluations: ScopeEvaluation[] = [];
  let decided = 0;
  for (const facts of pairs) {
    const evaluation = policies.evaluate(facts, options.scope, options.knowledge);
    evaluations.push(evaluation);
    if (evaluation.status === 'decided') decided |= verdictBits(evaluation);
    if (decided === BOTH && options.isBrief) return evaluations;
  }
  const open = evaluations.filter(({ status }) => status === 'uncertain').length;
  const isWorthIt =
    open > 0 && decided !== BOTH && evaluations.every((evaluation) => isClosable(evaluation));
  if (!isWorthIt) return evaluations;
  const triesMax = Math.floor(COMPLETIONS_MAX / open);
  const closed = [...evaluations];
  for (const [place, facts] of pairs.entries()) {
    const evaluation = evaluations[place];
    if (evaluation?.status !== 'uncertain') continue;
    const whole = new Completer(policies, options, triesMax).close(facts, evaluation);
    if (whole === null) return closed;
    closed[place] = whole;
  }
  return closed;
}
