import type { Certainty } from './evaluation.ts';
import { assumedOnly, NO_REASONS } from './reason-set.ts';
import type { ScopeOutcome } from './scope.ts';

/** Whether an outcome may carry a claim of safety (contract 3). */
export function certaintyOf(outcome: ScopeOutcome): Certainty {
  if (outcome.status !== 'decided') return 'uncertain';
  return assumedOnly(outcome.reasons) === NO_REASONS ? 'certain' : 'assumed';
}
