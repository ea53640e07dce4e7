import type { Verdict } from '../policy/actions.ts';
import type { PolicyScope } from '../policy/evaluator/facts.ts';
import type { PolicyHit } from '../policy/hit.ts';
import type { Flow } from './flow.ts';
import type { JudgedPolicies } from './policy-index.ts';
import { questionOf } from './question.ts';
import { reasonCodes } from './reason-set.ts';
import type { ReasonCode } from './reasons.ts';
import { judgeScope } from './scope.ts';

/** What one scope says of one flow. */
export type Evaluation =
  | {
      readonly status: 'decided';
      readonly verdict: Verdict;
      /** With `trace_ambiguous` among the reasons: the hits that every way to the verdict shares. */
      readonly trace: readonly PolicyHit[];
      /** Assumptions the answer rests on, and `trace_ambiguous`. */
      readonly reasons: readonly ReasonCode[];
    }
  | {
      readonly status: 'uncertain';
      /** The hits before the first undecidable policy. */
      readonly trace: readonly PolicyHit[];
      readonly reasons: readonly ReasonCode[];
    }
  | { readonly status: 'not-evaluated'; readonly reason: ReasonCode };

/** Evaluates one flow in one scope (contract 7). */
export function evaluate(policies: JudgedPolicies, flow: Flow, scope: PolicyScope): Evaluation {
  const question = questionOf(policies, flow);
  if (typeof question === 'string') return { status: 'not-evaluated', reason: question };
  const outcome = judgeScope(question, scope);
  if (outcome.status === 'failed') return { status: 'not-evaluated', reason: 'evaluation_error' };
  const reasons = reasonCodes(outcome.reasons);
  const { status, trace } = outcome;
  return status === 'decided'
    ? { status, verdict: outcome.verdict, trace, reasons }
    : { status, trace, reasons };
}
