import type { Verdict } from '../policy/actions.ts';
import {
  Gap,
  type Facts,
  type Knowledge,
  type PolicyScope,
  type ScopeEvaluation,
} from '../policy/evaluator/facts.ts';
import type { PolicyHit } from '../policy/hit.ts';
import { End, type Connections } from './connections.ts';
import { doubtsOf } from './doubts.ts';
import { Fold, verdictBits } from './fold.ts';
import type { JudgedPolicies } from './policy-index.ts';
import type { Question } from './question.ts';
import { assumedOnly, NO_REASONS, reasonSet, reasonsOfGaps, type ReasonSet } from './reason-set.ts';
import { sweep, type SweepOptions } from './sweep.ts';

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

export interface ScopeOptions {
  /** Where the verdict is open, only that it is open is asked: neither trace nor reasons. */
  readonly isBrief: boolean;
}

/**
 * Evaluates one scope for everything a flow may be, first with unknown addresses folded into one; only
 * where that does not settle it are they told apart.
 */
export function judgeScope(
  question: Question,
  scope: PolicyScope,
  options: ScopeOptions = { isBrief: false },
): ScopeOutcome {
  const ask = { scope, isBrief: options.isBrief };
  let judged = judgeConnections(question.policies, question.coarse, ask);
  let toldApart = 0;
  while (!isFinal(judged.outcome)) {
    const wanted = toldApart | endsBehind(judged.gaps);
    if (wanted === toldApart) break;
    const connections = finerOf(question, wanted);
    if (connections === null) break;
    const finer = judgeConnections(question.policies, connections, ask);
    // More pairs leave fewer tries for their numbers.
    if (finer.outcome.status === 'uncertain' && judged.outcome.status === 'decided') break;
    judged = finer;
    toldApart = wanted;
  }
  return judged.outcome;
}

/** The flow with these ends told apart, or with both where that is no finer. */
function finerOf(question: Question, ends: number): Connections | null {
  const told = question.tellApart(ends);
  const finer = told === question.coarse ? question.tellApart(End.source | End.destination) : told;
  return finer === question.coarse || finer.pairs === null ? null : finer;
}

/** The ends whose address was asked for in vain. */
function endsBehind(gaps: number): number {
  // A set that holds only some of the addresses may be either's.
  if ((gaps & Gap.networkSet) !== 0) return End.source | End.destination;
  const source = (gaps & Gap.sourceAddress) === 0 ? 0 : End.source;
  return (gaps & Gap.destAddress) === 0 ? source : source | End.destination;
}

const AMBIGUOUS = reasonSet('trace_ambiguous');
const TOO_MANY = reasonSet('no_source_ip', 'no_dest_ip');
const NEVER_MET = reasonSet('stale_inventory');

type Ask = Pick<SweepOptions, 'scope' | 'isBrief'>;

/**
 * First on facts alone, then, where that leaves the verdict or the trace open, on the assumptions of
 * contract 4, which are then named.
 */
function judgeConnections(policies: JudgedPolicies, connections: Connections, ask: Ask): Judged {
  const { pairs } = connections;
  if (pairs === null) return { outcome: unsettled(TOO_MANY), gaps: 0 };
  if (pairs.length === 0) return { outcome: unsettled(NEVER_MET), gaps: 0 };
  const judged = (knowledge: Knowledge) => {
    const evaluations = sweep(policies, pairs, { ...ask, knowledge });
    return outcomeOf(connections, pairs, evaluations);
  };
  const strict = judged('strict');
  const assumable = assumedOnly(reasonsOfGaps(strict.gaps));
  if (assumable === NO_REASONS || isSettled(strict.outcome)) return strict;
  const { outcome } = judged('assuming');
  if (outcome.status === 'failed') return { outcome, gaps: strict.gaps };
  // An assumption that does not help is not made.
  if (strict.outcome.status === 'decided' && !isSettled(outcome)) return strict;
  return { outcome: { ...outcome, reasons: outcome.reasons | assumable }, gaps: strict.gaps };
}

function unsettled(reasons: ReasonSet): ScopeOutcome {
  return { status: 'uncertain', trace: [], reasons };
}

function isSettled(outcome: ScopeOutcome): boolean {
  return outcome.status === 'failed' || (outcome.status === 'decided' && outcome.isTraceCertain);
}

/** Nothing is open that a closer look could close. */
function isFinal(outcome: ScopeOutcome): boolean {
  if (outcome.status === 'failed') return true;
  return isSettled(outcome) && outcome.reasons === NO_REASONS;
}

interface Judged {
  readonly outcome: ScopeOutcome;
  /** What was open anywhere, as bits of `Gap`. */
  readonly gaps: number;
}

function outcomeOf(
  connections: Connections,
  pairs: readonly Facts[],
  evaluations: readonly ScopeEvaluation[],
): Judged {
  const fold = new Fold();
  for (const evaluation of evaluations) fold.add(evaluation);
  const { trace, verdict, isTraceCertain, gaps } = fold;
  if (fold.hasFailed) return { outcome: { status: 'failed' }, gaps };
  if (verdict === null) {
    const verdicts = evaluations.map((evaluation) => verdictBits(evaluation));
    const reasons = reasonsOfGaps(fold.verdictGaps) | doubtsOf(connections, pairs, verdicts);
    return { outcome: { status: 'uncertain', trace, reasons }, gaps };
  }
  const reasons = isTraceCertain ? NO_REASONS : AMBIGUOUS;
  return { outcome: { status: 'decided', verdict, trace, isTraceCertain, reasons }, gaps };
}
