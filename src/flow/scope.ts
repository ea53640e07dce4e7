import type { Verdict } from '../policy/actions.ts';
import type { Facts, Knowledge, PolicyScope } from '../policy/evaluator/facts.ts';
import type { PolicyHit } from '../policy/hit.ts';
import { evaluateConnection } from './connection.ts';
import { doubtsOf } from './doubts.ts';
import { Fold, verdictBits } from './fold.ts';
import type { Question } from './question.ts';
import { assumedOnly, NO_REASONS, reasonSet, reasonsOfGaps, type ReasonSet } from './reason-set.ts';

/** What one scope says of a flow, over everything the flow may be. */
export type ScopeOutcome =
  | {
      readonly status: 'decided';
      readonly verdict: Verdict;
      readonly trace: readonly PolicyHit[];
      /** False: the trace is what all ways to the verdict share. */
      readonly isTraceCertain: boolean;
      readonly reasons: ReasonSet;
    }
  /** Both verdicts are possible. */
  | {
      readonly status: 'uncertain';
      /** The hits before the first undecidable policy. */
      readonly trace: readonly PolicyHit[];
      readonly reasons: ReasonSet;
    }
  | { readonly status: 'failed' };

/**
 * Evaluates one scope for every pair of readings: first on facts alone, then, where that leaves the
 * verdict or the trace open, on the assumptions of contract 4, which are then named.
 */
export function judgeScope(question: Question, scope: PolicyScope): ScopeOutcome {
  const { pairs } = question;
  if (pairs === null) return unsettled(TOO_MANY);
  if (pairs.length === 0) return unsettled(NEVER_MET);
  const strict = evaluatePairs(question, pairs, { scope, knowledge: 'strict' });
  const assumable = assumedOnly(reasonsOfGaps(strict.fold.gaps));
  const outcome = outcomeOf(strict);
  if (assumable === NO_REASONS || isSettled(outcome)) return outcome;
  const assumed = outcomeOf(evaluatePairs(question, pairs, { scope, knowledge: 'assuming' }));
  if (assumed.status === 'failed') return assumed;
  // An assumption that does not help is not made.
  if (outcome.status === 'decided' && !isSettled(assumed)) return outcome;
  return { ...assumed, reasons: assumed.reasons | assumable };
}

const AMBIGUOUS = reasonSet('trace_ambiguous');
const TOO_MANY = reasonSet('no_source_ip', 'no_dest_ip');
const NEVER_MET = reasonSet('stale_inventory');

interface Pairs {
  readonly fold: Fold;
  /** What is to be said if the verdict is open. */
  readonly doubts: ReasonSet;
}

function unsettled(reasons: ReasonSet): ScopeOutcome {
  return { status: 'uncertain', trace: [], reasons };
}

function isSettled(outcome: ScopeOutcome): boolean {
  return outcome.status === 'failed' || (outcome.status === 'decided' && outcome.isTraceCertain);
}

function outcomeOf({ fold, doubts }: Pairs): ScopeOutcome {
  if (fold.hasFailed) return { status: 'failed' };
  const { trace, verdict, isTraceCertain } = fold;
  if (verdict === null) {
    const reasons = reasonsOfGaps(fold.verdictGaps) | doubts;
    return { status: 'uncertain', trace, reasons };
  }
  const reasons = isTraceCertain ? NO_REASONS : AMBIGUOUS;
  return { status: 'decided', verdict, trace, isTraceCertain, reasons };
}

function evaluatePairs(
  question: Question,
  pairs: readonly Facts[],
  way: { readonly scope: PolicyScope; readonly knowledge: Knowledge },
): Pairs {
  const fold = new Fold();
  const verdicts = pairs.map((facts) => {
    const evaluation = evaluateConnection(question.policies, facts, way);
    fold.add(evaluation);
    return verdictBits(evaluation);
  });
  const doubts = fold.verdict === null ? doubtsOf(question, pairs, verdicts) : NO_REASONS;
  return { fold, doubts };
}
