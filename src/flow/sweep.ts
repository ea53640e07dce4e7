import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from '../policy/evaluator/facts.ts';
import { completions, COMPLETIONS_MAX, NUMBER_GAPS } from './completions.ts';
import { BOTH, Fold, verdictBits } from './fold.ts';
import type { JudgedPolicies } from './policy-index.ts';

export interface SweepOptions {
  readonly scope: PolicyScope;
  readonly knowledge: Knowledge;
  /** Stop as soon as two connections certainly disagree: nobody asks for traces and reasons. */
  readonly isBrief: boolean;
}

/**
 * Evaluates connections, all of which one flow may be. Where nothing but unknown numbers may leave the
 * verdict open, every class of numbers is tried, so that a verdict that all completions share is found.
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
  const countMax = Math.floor(COMPLETIONS_MAX / open);
  return complete(policies, { pairs, evaluations, countMax }, options);
}

interface Swept {
  readonly pairs: readonly Facts[];
  readonly evaluations: readonly ScopeEvaluation[];
  readonly countMax: number;
}

/** Closes what is open by trying all numbers, up to the first connection that stays open. */
function complete(
  policies: JudgedPolicies,
  { pairs, evaluations, countMax }: Swept,
  options: SweepOptions,
): readonly ScopeEvaluation[] {
  const closed = [...evaluations];
  for (const [place, facts] of pairs.entries()) {
    const evaluation = evaluations[place];
    if (evaluation?.status !== 'uncertain') continue;
    const { numberClasses: classes } = policies;
    const tries = completions(facts, evaluation.gaps, { classes, countMax });
    const whole = agree(policies, tries, options);
    if (whole === null) return closed;
    closed[place] = whole;
  }
  return closed;
}

/** The one verdict of all completions, with what their traces share; `null` where there is none. */
function agree(
  policies: JudgedPolicies,
  tries: readonly Facts[],
  { scope, knowledge }: SweepOptions,
): ScopeEvaluation | null {
  const fold = new Fold();
  for (const facts of tries) {
    fold.add(policies.evaluate(facts, scope, knowledge));
    if (fold.verdict === null) return null;
  }
  const { verdict, trace, isTraceCertain, gaps } = fold;
  return verdict === null ? null : { status: 'decided', verdict, trace, isTraceCertain, gaps };
}

function isClosable(evaluation: ScopeEvaluation): boolean {
  return evaluation.status !== 'uncertain' || (evaluation.gaps & NUMBER_GAPS) !== 0;
}
