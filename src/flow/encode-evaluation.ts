import { encodeHit } from '../policy/hit-json.ts';
import type { PolicyHit } from '../policy/hit.ts';
import { encodeLong } from './avro/varint.ts';
import type { FlowEvaluation } from './evaluation.ts';

/** What every evaluation by one set of policies says of its maker. */
export interface EvaluationMaker {
  /** `policies.set`. */
  readonly policySet: string;
  readonly policyHash: string;
  /** `rehearsal/<version>`. */
  readonly evaluator: string;
}

export interface EncodedEvaluation {
  readonly json: string;
  /** Where the bytes of the time begin: a time has as many bytes as `STAMP` whatever it is. */
  readonly stampAt: number;
}

/** Stands in the member until the time of the batch is written over it. */
export const STAMP = '0000-00-00T00:00:00.000Z';

/** Our member, the same JSON in every dialect (contract 5). */
export function encodeEvaluation(
  evaluation: FlowEvaluation,
  maker: EvaluationMaker,
): EncodedEvaluation {
  const json = JSON.stringify(evaluationMembers(evaluation, maker, STAMP));
  const { policySet: policy_set, policyHash: policy_hash } = maker;
  const before = `${JSON.stringify({ policy_set, policy_hash }).slice(0, -1)},"evaluated_at":"`;
  return { json, stampAt: Buffer.byteLength(before) };
}

/** Our member as an object, members in their order; the time is spelt by whoever writes it. */
export function evaluationMembers(
  evaluation: FlowEvaluation,
  maker: EvaluationMaker,
  evaluatedAt: string | number,
) {
  return {
    policy_set: maker.policySet,
    policy_hash: maker.policyHash,
    evaluated_at: evaluatedAt,
    evaluator: maker.evaluator,
    direction: evaluation.direction === null ? 'Unknown' : directionWords[evaluation.direction],
    baseline: evaluation.baseline === null ? '' : verdictWords[evaluation.baseline],
    verdict: verdictWords[evaluation.verdict],
    change: changeWords[evaluation.change],
    would_deny: evaluation.change === 'newly-denied',
    decided_by: evaluation.decidedBy === null ? null : hitOf(evaluation.decidedBy),
    possible_verdicts: evaluation.possibleVerdicts.map((verdict) => verdictWords[verdict]),
    reasons: evaluation.reasons,
    flip_cause: evaluation.flipCause,
    flipped_by: evaluation.flippedBy.map(hitOf),
    matches_upstream: evaluation.matchesUpstream,
  };
}

/** The time of a batch in the spellings of `evaluated_at`. */
export interface Stamp {
  /** RFC 3339 in UTC with milliseconds. */
  readonly json: Buffer;
  /** timestamp-millis: as many bytes as the number takes. */
  readonly avro: Buffer;
}

/** `timeMs` since 1970. */
export function encodeStamp(timeMs: number): Stamp {
  const json = Buffer.from(new Date(timeMs).toISOString(), 'latin1');
  return { json, avro: encodeLong(timeMs) };
}

/** How a record spells a change; also the header `flow-verdict-change`. */
export const changeWords = {
  unchanged: 'Unchanged',
  'newly-denied': 'NewlyDenied',
  'newly-allowed': 'NewlyAllowed',
  uncertain: 'Uncertain',
  'not-evaluated': 'NotEvaluated',
} as const satisfies Record<FlowEvaluation['change'], string>;

const verdictWords = {
  allow: 'Allow',
  deny: 'Deny',
  uncertain: 'Uncertain',
  'not-evaluated': 'NotEvaluated',
} as const satisfies Record<FlowEvaluation['verdict'], string>;

const directionWords = { ingress: 'Ingress', egress: 'Egress' } as const;

function hitOf(hit: PolicyHit) {
  return encodeHit(hit, 'whisker');
}
