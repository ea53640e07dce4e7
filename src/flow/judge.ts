import type { Direction, Verdict } from '../policy/actions.ts';
import type { PolicyHit, PolicyRef } from '../policy/hit.ts';
import type { Change, FlipCause, FlowEvaluation } from './evaluation.ts';
import type { Flow } from './flow.ts';
import type { Recollection } from './identity/known-readings.ts';
import type { JudgedPolicies } from './policy-index.ts';
import { directionOf, questionOf, type Question } from './question.ts';
import { assumedOnly, NO_REASONS, reasonCodes, reasonSet, type ReasonSet } from './reason-set.ts';
import type { ReasonCode } from './reasons.ts';
import { judgeScope, type ScopeOutcome } from './scope.ts';
import { flipsOf, soloOutcome, type Solo } from './solos.ts';
import { matchesUpstream, namesMissing } from './upstream.ts';

/**
 * Judges one flow record: what its connections meet now, what they would meet with every staged policy
 * enforced, and with each staged policy alone (contract 3 to 5). What the record cannot tell stays
 * `uncertain`, with the reasons. `recalled` is what these policies were asked of its parts before.
 */
export function judge(
  policies: JudgedPolicies,
  flow: Flow,
  recalled: Recollection | null = null,
): FlowEvaluation {
  const question = questionOf(policies, flow, recalled);
  if (typeof question === 'string') return notEvaluated(flow, question);
  const touching = stagedTouching(question);
  const answers = isMissing(policies, flow, recalled)
    ? unanswered(touching)
    : answer(question, touching);
  return conclude(flow, question.direction, answers);
}

function isMissing(
  policies: JudgedPolicies,
  { enforced }: Flow,
  recalled: Recollection | null,
): boolean {
  if (recalled === null) return namesMissing(enforced, policies);
  return (recalled.trace.namesMissing ??= namesMissing(enforced, policies));
}

/** What each scope says of one flow. */
interface Answers {
  readonly pending: ScopeOutcome;
  readonly enforced: ScopeOutcome;
  readonly solos: readonly Solo[];
}

const NOTHING_SAID = {
  pending: [],
  enforcedVerdict: null,
  decidedBy: null,
  possibleVerdicts: [],
  flipCause: '',
  flippedBy: [],
  matchesUpstream: null,
} as const;

function notEvaluated(flow: Flow, reason: ReasonCode): FlowEvaluation {
  return {
    ...NOTHING_SAID,
    direction: directionOf(flow),
    verdict: 'not-evaluated',
    baseline: flow.action,
    change: 'not-evaluated',
    reasons: [reason],
    certainty: 'uncertain',
    solos: [],
  };
}

/** The staged policies that could touch any connection the flow may stand for. */
function stagedTouching(question: Question): readonly PolicyRef[] {
  const { policies, direction, coarse } = question;
  const local = direction === 'egress' ? coarse.source : coarse.destination;
  const [one, ...others] = local.candidates;
  if (one !== undefined && others.length === 0) return policies.stagedTouching(direction, one);
  const lists = local.candidates.map((each) => policies.stagedTouching(direction, each));
  return [...new Set(lists.flat())];
}

/** The scopes differ only by the staged policies that touch the flow: where none does all are one. */
function answer(question: Question, touching: readonly PolicyRef[]): Answers {
  const pending = judgeScope(question, 'pending');
  if (touching.length === 0) return { pending, enforced: pending, solos: [] };
  const enforced = judgeScope(question, 'enforced', BRIEFLY);
  if (touching.length === 1) {
    return { pending, enforced, solos: touching.map((policy) => ({ policy, outcome: pending })) };
  }
  const solos = touching.map((policy, place) => ({
    policy,
    outcome: place < SOLOS_MAX ? judgeScope(question, { solo: policy }, BRIEFLY) : NOT_JUDGED_ALONE,
  }));
  return { pending, enforced, solos };
}

/**
 * How many staged policies are judged alone for one flow, since each costs a walk through all of
 * them. The rest count as undecided, so that none of them can be called safe.
 */
const SOLOS_MAX = 256;
const NOT_JUDGED_ALONE: ScopeOutcome = { status: 'uncertain', trace: [], reasons: NO_REASONS };

/** Of an open scope but the pending one nothing is written. */
const BRIEFLY = { isBrief: true };

/** Rule 8 of contract 4: a policy that is not known stands somewhere in the lists. */
function unanswered(touching: readonly PolicyRef[]): Answers {
  const reasons = reasonSet('enforced_policies_missing');
  const outcome: ScopeOutcome = { status: 'uncertain', trace: [], reasons };
  const solos = touching.map((policy) => ({ policy, outcome }));
  return { pending: outcome, enforced: outcome, solos };
}

function conclude(flow: Flow, direction: Direction, answers: Answers): FlowEvaluation {
  const { pending, enforced, solos } = answers;
  const verdict = verdictOf(pending);
  const enforcedVerdict = verdictOf(enforced);
  const baseline = flow.action ?? enforcedVerdict;
  const reasons = reasonsOf(answers) | (baseline === null ? BASELINE_MISSING : NO_REASONS);
  const change = changeOf(baseline, pending);
  return {
    direction,
    pending: pending.status === 'failed' ? [] : pending.trace,
    verdict: verdict ?? (pending.status === 'failed' ? 'not-evaluated' : 'uncertain'),
    baseline,
    enforcedVerdict,
    change,
    decidedBy: decidedBy(pending),
    possibleVerdicts: pending.status === 'uncertain' ? ['allow', 'deny'] : [],
    reasons: reasonCodes(reasons),
    flipCause: flipCauseOf({ verdict, enforcedVerdict, action: flow.action }),
    flippedBy: flipsOf(solos, enforcedVerdict),
    matchesUpstream: matchesUpstream(pending, flow.pendingUpstream),
    certainty: certaintyOf(change, reasons),
    solos: solos.map((solo) => soloOutcome(solo, { baseline, enforcedVerdict })),
  };
}

const BASELINE_MISSING = reasonSet('baseline_missing');
const EVALUATION_ERROR = reasonSet('evaluation_error');

function verdictOf(outcome: ScopeOutcome): Verdict | null {
  return outcome.status === 'decided' ? outcome.verdict : null;
}

/** Why pending is open, and every assumption that anything we say of the flow rests on. */
function reasonsOf({ pending, enforced, solos }: Answers): ReasonSet {
  if (pending.status === 'failed') return EVALUATION_ERROR;
  const others = [enforced, ...solos.map(({ outcome }) => outcome)];
  return others.reduce(
    (set, outcome) => (outcome.status === 'decided' ? set | assumedOnly(outcome.reasons) : set),
    pending.reasons,
  );
}

function changeOf(baseline: Verdict | null, pending: ScopeOutcome): Change {
  if (pending.status === 'failed') return 'not-evaluated';
  if (pending.status === 'uncertain' || baseline === null) return 'uncertain';
  if (pending.verdict === baseline) return 'unchanged';
  return pending.verdict === 'deny' ? 'newly-denied' : 'newly-allowed';
}

/** The hit that gives the verdict; a last `pass` gives none, the profiles matched nothing (semantics 5.4). */
function decidedBy(pending: ScopeOutcome): PolicyHit | null {
  if (pending.status !== 'decided' || !pending.isTraceCertain) return null;
  const last = pending.trace.at(-1);
  return last === undefined || last.action === 'pass' ? null : last;
}

interface Verdicts {
  readonly verdict: Verdict | null;
  readonly enforcedVerdict: Verdict | null;
  readonly action: Verdict | null;
}

function flipCauseOf({ verdict, enforcedVerdict, action }: Verdicts): FlipCause {
  if (enforcedVerdict === null) return '';
  const isStaged = verdict !== null && verdict !== enforcedVerdict;
  const isDrift = action !== null && action !== enforcedVerdict;
  if (isStaged) return isDrift ? 'both' : 'staged';
  return isDrift ? 'drift' : '';
}

function certaintyOf(change: Change, reasons: ReasonSet): FlowEvaluation['certainty'] {
  if (change === 'uncertain' || change === 'not-evaluated') return 'uncertain';
  return assumedOnly(reasons) === NO_REASONS ? 'certain' : 'assumed';
}
