import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from '../policy/evaluator/facts.ts';
import type { CandidateIndex } from '../policy/index/candidate.ts';
import type { PolicyDoors } from '../policy/index/doors.ts';

/** All that judging a flow asks of the compiled policies. */
export interface JudgedPolicies extends CandidateIndex, PolicyDoors {
  evaluate(facts: Facts, scope: PolicyScope, knowledge: Knowledge): ScopeEvaluation;
}
