import type { Change, FlowEvaluation } from '../flow/evaluation.ts';
import type { ReasonCode } from '../flow/reasons.ts';
import type { Direction, Verdict } from '../policy/actions.ts';
import { effectsOf, type DecidingRule, type FlipKind, type FlowEffects } from './flips.ts';

/** What a survey counts of an answer to a flow: answers that differ in nothing else are one. */
export interface Answer {
  readonly direction: Direction | null;
  readonly change: Change;
  readonly reasons: readonly ReasonCode[];
  readonly effects: FlowEffects;
  /** Beside the policies to compare with; `null` = there are none. */
  readonly difference: Difference | null;
}

/** What becomes of a flow once everything staged is enforced, under either of two sets of policies. */
export interface Difference {
  readonly kind: FlipKind | 'open' | 'same';
  /** What decides under the policies that are previewed. */
  readonly rule: DecidingRule | null;
}

/** `before` is the answer of the policies to compare with. */
export function answerOf(evaluation: FlowEvaluation, before: FlowEvaluation | null): Answer {
  const { direction, change, reasons } = evaluation;
  const difference = before === null ? null : differenceOf(evaluation, before);
  return { direction, change, reasons, effects: effectsOf(evaluation), difference };
}

function differenceOf(after: FlowEvaluation, before: FlowEvaluation): Difference {
  const kind = differenceKind(after, before);
  const { decidedBy } = after;
  const isFlip = kind !== 'open' && kind !== 'same';
  const rule =
    isFlip && decidedBy !== null ? { policy: decidedBy.policy, rule: decidedBy.ruleIndex } : null;
  return { kind, rule };
}

/** Two open answers are no equal ones: what is open may differ. */
function differenceKind(after: FlowEvaluation, before: FlowEvaluation): Difference['kind'] {
  const [now, then] = [verdictOf(after), verdictOf(before)];
  if (after.verdict === 'not-evaluated' && before.verdict === 'not-evaluated') return 'same';
  if (now === null || then === null) return 'open';
  if (now === then) return 'same';
  return now === 'deny' ? 'newly-denied' : 'newly-allowed';
}

function verdictOf({ verdict }: FlowEvaluation): Verdict | null {
  return verdict === 'allow' || verdict === 'deny' ? verdict : null;
}
