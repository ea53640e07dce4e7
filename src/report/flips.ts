import type { Certainty, ChargedRule, FlowEvaluation, SoloOutcome } from '../flow/evaluation.ts';
import type { Verdict } from '../policy/actions.ts';
import type { PolicyRef } from '../policy/hit.ts';
import { policyKinds } from '../policy/kinds.ts';

export type FlipKind = 'newly-denied' | 'newly-allowed';

/** What one answer means for one staged policy. */
export interface PolicyEffect {
  readonly policy: PolicyRef;
  /** Whether it may carry a claim of safety for the policy alone. */
  readonly certainty: Certainty;
  /** What the policy flips by itself. */
  readonly alone: FlipKind | null;
  /** What all staged policies together flip, and this one is charged with. */
  readonly together: FlipKind | null;
  /** It denies alone what the record says is allowed, but so do the enforced policies that are loaded. */
  readonly isDrift: boolean;
  /** The rule behind `alone`, or else `together`: its policy, and which of its rules. */
  readonly rule: DecidingRule | null;
}

export interface DecidingRule {
  readonly policy: PolicyRef;
  readonly rule: ChargedRule;
}

/** What one answer means for all staged policies. */
export interface FlowEffects {
  /** Flips that staged policies cause, together or any of them alone; no drift (contract 2). */
  readonly isNewlyDenied: boolean;
  readonly isNewlyAllowed: boolean;
  /** A staged policy could touch the flow, and what it or all of them would do is open. */
  readonly isUncertain: boolean;
  /** What all together flip. */
  readonly together: FlipKind | null;
  /** All together deny what the record or the enforced scope says is allowed, drift included. */
  readonly isTogetherBreaking: boolean;
  /** Whether the answer may carry a claim of safety for all together. */
  readonly togetherCertainty: Certainty;
  readonly policies: readonly PolicyEffect[];
}

/** What an answer means for those who might enforce staged policies (contract 3). */
export function effectsOf(evaluation: FlowEvaluation): FlowEffects {
  const { solos, verdict } = evaluation;
  const pending = verdict === 'allow' || verdict === 'deny' ? verdict : null;
  const together = solos.length === 0 ? null : flipTo(pending, evaluation);
  const charged = together === null ? [] : chargedTogether(evaluation);
  const policies = solos.map((solo) => effectOf(solo, evaluation, { together, charged }));
  const isFlip = (kind: FlipKind): boolean =>
    together === kind || policies.some(({ alone }) => alone === kind);
  return {
    isNewlyDenied: isFlip('newly-denied'),
    isNewlyAllowed: isFlip('newly-allowed'),
    isUncertain: isUncertain(evaluation, pending),
    together,
    isTogetherBreaking: solos.length > 0 && isBreaking(pending, evaluation),
    togetherCertainty: claim(pending, evaluation.certainty, evaluation),
    policies,
  };
}

type Today = Pick<FlowEvaluation, 'baseline' | 'enforcedVerdict' | 'certainty'>;

/**
 * What becomes of a flow that is now as the enforced scope says, or as the record does where that scope is
 * open: where the two differ that is drift, which no staged policy causes.
 */
function flipTo(verdict: Verdict | null, { baseline, enforcedVerdict }: Today): FlipKind | null {
  const now = enforcedVerdict ?? baseline;
  if (verdict === null || now === null || verdict === now) return null;
  return verdict === 'deny' ? 'newly-denied' : 'newly-allowed';
}

/** Denies what is allowed today, whoever says that it is. */
function isBreaking(verdict: Verdict | null, { baseline, enforcedVerdict }: Today): boolean {
  return verdict === 'deny' && (baseline === 'allow' || enforcedVerdict === 'allow');
}

/**
 * How sure a claim is that rests on a verdict. One that denies is harmless only if nothing is allowed today,
 * and that has to be as sure as the verdict.
 */
function claim(verdict: Verdict | null, certainty: Certainty, today: Today): Certainty {
  if (verdict === null) return 'uncertain';
  if (verdict === 'allow' || certainty !== 'certain') return certainty;
  if (today.enforcedVerdict === null) return 'uncertain';
  return today.certainty;
}

interface Joint {
  readonly together: FlipKind | null;
  readonly charged: readonly DecidingRule[];
}

function effectOf(
  solo: SoloOutcome,
  evaluation: FlowEvaluation,
  { together, charged }: Joint,
): PolicyEffect {
  const { policy, verdict, certainty } = solo;
  const alone = flipTo(verdict, evaluation);
  const mine = charged.find((one) => isSame(one.policy, policy));
  return {
    policy,
    certainty: claim(verdict, certainty, evaluation),
    alone,
    together: mine === undefined ? null : together,
    isDrift: alone !== 'newly-denied' && isBreaking(verdict, evaluation),
    rule: alone === null ? (mine ?? null) : { policy, rule: solo.rule },
  };
}

/**
 * The staged policies behind what all of them flip together: the one whose rule has the last word, else
 * those that flip the flow alone, else all that could touch it. Too many rather than none.
 */
function chargedTogether({ decidedBy, flippedBy, solos }: FlowEvaluation): DecidingRule[] {
  if (decidedBy !== null && policyKinds[decidedBy.policy.kind].staged) {
    return [{ policy: decidedBy.policy, rule: decidedBy.ruleIndex }];
  }
  const suspects: readonly Pick<SoloOutcome, 'policy'>[] = flippedBy.length > 0 ? flippedBy : solos;
  return suspects.map(({ policy }) => ({ policy, rule: 'other' }));
}

function isUncertain(evaluation: FlowEvaluation, pending: Verdict | null): boolean {
  const { solos, reasons, baseline } = evaluation;
  // Nobody knows whose policies would be asked.
  if (reasons.includes('direction_unknown')) return true;
  if (solos.length === 0) return false;
  return pending === null || baseline === null || solos.some(({ verdict }) => verdict === null);
}

function isSame(one: PolicyRef, other: PolicyRef): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}
