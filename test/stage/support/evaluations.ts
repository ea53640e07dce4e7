import type { FlowEvaluation, SoloOutcome } from '../../../src/flow/evaluation.ts';
import type { PolicyHit, PolicyRef } from '../../../src/policy/hit.ts';

export const strict: PolicyRef = {
  kind: 'StagedNetworkPolicy',
  namespace: 'shop',
  name: 'strict',
  tier: 'default',
};

export const loose: PolicyRef = { ...strict, name: 'loose' };

export function aHit(members: Partial<PolicyHit> = {}): PolicyHit {
  return { policy: strict, action: 'deny', policyIndex: 0, ruleIndex: 2, ...members };
}

export function aSolo(members: Partial<SoloOutcome> = {}): SoloOutcome {
  return { policy: strict, certainty: 'certain', verdict: 'deny', rule: 2, ...members };
}

/** A flow that `strict` would newly deny, unless `members` say otherwise. */
export function anEvaluation(members: Partial<FlowEvaluation> = {}): FlowEvaluation {
  return {
    direction: 'ingress',
    pending: [aHit()],
    verdict: 'deny',
    baseline: 'allow',
    enforcedVerdict: 'allow',
    change: 'newly-denied',
    decidedBy: aHit(),
    possibleVerdicts: [],
    reasons: [],
    flipCause: 'staged',
    flippedBy: [aHit()],
    matchesUpstream: false,
    certainty: 'certain',
    solos: [aSolo()],
    ...members,
  };
}
