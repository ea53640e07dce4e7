import { encodeHit } from '../../policy/hit-json.ts';
import type { PolicyHit } from '../../policy/hit.ts';
import { evaluationMembers } from '../encode-evaluation.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { typeOfField } from './avsc-type.ts';
import type { AvroType } from './avsc-type.ts';
import type { OutputFields } from './output-schema.ts';

/** Our member with a place for the time: the bytes before and after it. */
export interface SplitEvaluation {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Writes what goes into records of one output schema. Throws what avsc throws of a type too narrow. */
export class AvroEncoder {
  readonly #fields: OutputFields;
  readonly #policies: AvroType;
  readonly #pending: AvroType;
  readonly #evaluation: AvroType;

  /** `type` is the output schema. */
  constructor(type: AvroType, fields: OutputFields) {
    this.#fields = fields;
    this.#policies = typeOfField(type, fields.policies);
    this.#pending = typeOfField(this.#policies, fields.pending);
    this.#evaluation = typeOfField(type, fields.evaluation);
  }

  pending(hits: readonly PolicyHit[]): Buffer {
    return this.#pending.toBuffer(hits.map(hitOf));
  }

  /** Traces that hold the pending list and nothing else. */
  policies(hits: readonly PolicyHit[]): Buffer {
    const { pending, enforced, upstream } = this.#fields;
    return this.#policies.toBuffer({
      [pending]: hits.map(hitOf),
      ...(enforced === null ? {} : { [enforced]: [] }),
      ...(upstream === null ? {} : { [upstream.name]: null }),
    });
  }

  evaluation(evaluation: FlowEvaluation, maker: EvaluationMaker): SplitEvaluation {
    const members = evaluationMembers(evaluation, maker, 0);
    const bytes = this.#evaluation.toBuffer(members);
    // Where another time of one byte makes a difference, the time is.
    const other = this.#evaluation.toBuffer({ ...members, evaluated_at: -1 });
    const at = bytes.findIndex((byte, index) => byte !== other[index]);
    return { before: bytes.subarray(0, at), after: bytes.subarray(at + 1) };
  }
}

function hitOf(hit: PolicyHit) {
  return encodeHit(hit, 'whisker');
}
