import type { HitAction } from '../../policy/actions.ts';
import { END_OF_TIER } from '../../policy/hit.ts';
import type { PolicyHit } from '../../policy/hit.ts';
import { kindNames } from '../../policy/kinds.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { evaluationMembers } from '../encode-evaluation.ts';
import type { AvroEncoder } from './encoder.ts';

/**
 * Writes one of everything that there is to write, so that a type that is too narrow shows when its
 * schema is read, not when a record comes. Throws what the encoder throws.
 */
export function writeSamples(encoder: AvroEncoder): void {
  encoder.pending(hits);
  encoder.policies(hits);
  for (const evaluation of evaluations) encoder.evaluation(evaluation, maker);
}

const maker = { policySet: 'set', policyHash: '0123456789abcdef', evaluator: 'rehearsal/0' };
const actions: readonly HitAction[] = ['allow', 'deny', 'pass'];

const hits: readonly PolicyHit[] = kindNames.flatMap((kind) =>
  actions.flatMap((action) =>
    [0, END_OF_TIER].map((ruleIndex) => ({
      policy: { kind, namespace: 'shop', name: 'cart', tier: 'default' },
      action,
      policyIndex: 1,
      ruleIndex,
    })),
  ),
);

const allowed: FlowEvaluation = {
  direction: 'ingress',
  pending: hits,
  verdict: 'allow',
  baseline: 'allow',
  enforcedVerdict: 'allow',
  change: 'unchanged',
  decidedBy: hits[0] ?? null,
  possibleVerdicts: ['allow', 'deny'],
  reasons: ['no_source_ip'],
  flipCause: 'staged',
  flippedBy: hits,
  matchesUpstream: true,
  certainty: 'certain',
  solos: [],
};

const evaluations: readonly FlowEvaluation[] = [
  allowed,
  { ...allowed, direction: 'egress', verdict: 'deny', baseline: 'deny', change: 'newly-denied' },
  { ...allowed, direction: null, verdict: 'uncertain', baseline: null, change: 'uncertain' },
  { ...allowed, verdict: 'not-evaluated', change: 'not-evaluated', matchesUpstream: null },
  { ...allowed, decidedBy: null, change: 'newly-allowed', matchesUpstream: false },
];

/** The members of an evaluation: a type that lacks one is not ours. */
export const evaluationNames: readonly string[] = Object.keys(evaluationMembers(allowed, maker, 0));
