import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Flow } from '../../src/flow/flow.ts';

/** As cheap as can be: the judge is measured elsewhere. */
export function cheapJudge(flow: Flow): FlowEvaluation {
  return {
    direction: 'ingress',
    pending: flow.pendingUpstream ?? [],
    verdict: 'allow',
    baseline: 'allow',
    enforcedVerdict: 'allow',
    change: 'unchanged',
    decidedBy: flow.pendingUpstream?.at(-1) ?? null,
    possibleVerdicts: [],
    reasons: [],
    flipCause: '',
    flippedBy: [],
    matchesUpstream: true,
    certainty: 'certain',
    solos: [],
  };
}
