import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { judge } from '../../../src/flow/judge.ts';
import type { JudgedPolicies } from '../../../src/flow/policy-index.ts';
import type { Verdict } from '../../../src/policy/actions.ts';
import type { PolicyScope, ScopeEvaluation } from '../../../src/policy/evaluator/facts.ts';
import type { PolicyHit, PolicyRef } from '../../../src/policy/hit.ts';
import { fakePolicies, type FakeWorld } from './fake-policies.ts';
import { aFlow } from './flows.ts';

export const strict: PolicyRef = {
  kind: 'StagedNetworkPolicy',
  namespace: 'shop',
  name: 'strict',
  tier: 'default',
};
export const wide: PolicyRef = { ...strict, name: 'wide' };
export const old: PolicyRef = { ...strict, kind: 'NetworkPolicy', name: 'old' };

export function hit(
  policy: PolicyRef,
  action: 'allow' | 'deny' | 'pass',
  ruleIndex = 0,
  policyIndex = 0,
) {
  return { policy, action, policyIndex, ruleIndex } satisfies PolicyHit;
}

export function decided(verdict: Verdict, trace: readonly PolicyHit[] = [hit(old, verdict)]) {
  return {
    status: 'decided',
    verdict,
    trace,
    isTraceCertain: true,
    gaps: 0,
  } satisfies ScopeEvaluation;
}

export function open(gaps: number, trace: readonly PolicyHit[] = []): ScopeEvaluation {
  return { status: 'uncertain', trace, possible: ['allow', 'deny'], gaps, labelQuestion: -1 };
}

export const scopeName = (scope: PolicyScope) =>
  typeof scope === 'string' ? scope : `solo ${scope.solo.name}`;

/** Policies whose scopes answer as `answers` says, for every connection. */
export function answering(
  answers: Readonly<Record<string, ScopeEvaluation>>,
  world: FakeWorld = {},
) {
  return fakePolicies({
    staged: () => [strict],
    evaluate: (_, scope) => {
      const answer = answers[scopeName(scope)];
      if (answer === undefined) throw new Error(`nobody expected ${scopeName(scope)}`);
      return answer;
    },
    ...world,
  });
}

export function judged(policies: JudgedPolicies, flow: Partial<Flow> = {}): FlowEvaluation {
  return judge(policies, aFlow(flow));
}
