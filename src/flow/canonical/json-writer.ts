import { encodeHit } from '../../policy/hit-json.ts';
import type { DecodeLimits } from '../dialects/decode-flow.ts';
import type { Enrichment, Placed } from '../dialects/form.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import { TextEnrichment } from '../dialects/text-enrichment.ts';
import type { RecordWriter, Room } from '../dialects/writer.ts';
import { encodeEvaluation } from '../encode-evaluation.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { jsonParts } from './json-parts.ts';
import { assertNotTaken } from './member-name.ts';
import { readCanonical } from './read-record.ts';

export interface CanonicalJsonOptions {
  /** `output.member`. */
  readonly member: string;
  readonly limits: DecodeLimits;
}

/**
 * Writes records of any dialect as canonical JSON: Whisker's seventeen members, then what the canonical
 * form adds and the record knows, on one line and always in one order (flow-records 3.3).
 */
export class CanonicalJsonWriter implements RecordWriter {
  readonly isForLane = false;
  readonly #limits: DecodeLimits;
  readonly #beforeEvaluation: string;

  /** Throws `CodedError` if the canonical form has a member of the name of ours. */
  constructor({ member, limits }: CanonicalJsonOptions) {
    assertNotTaken(member);
    this.#limits = limits;
    this.#beforeEvaluation = `,${JSON.stringify(member)}:`;
  }

  encode(evaluation: FlowEvaluation, maker: EvaluationMaker): Enrichment {
    const { json, stampAt } = encodeEvaluation(evaluation, maker);
    const pending = JSON.stringify(evaluation.pending.map((hit) => encodeHit(hit, 'whisker')));
    return new TextEnrichment(pending, json, stampAt);
  }

  write(record: ScannedRecord, { enrichment, stamp }: Placed, room: Room): Buffer {
    const { beforePending, afterPending } = jsonParts(readCanonical(record, this.#limits));
    const parts = [
      Buffer.from(beforePending),
      enrichment.pending,
      Buffer.from(afterPending + this.#beforeEvaluation),
      enrichment.evaluation,
    ];
    const size = parts.reduce((sum, { length }) => sum + length, 1);
    const out = room.allocate(size);
    let at = 0;
    for (const part of parts) at += part.copy(out, at);
    stamp.json.copy(out, at - enrichment.evaluation.length + enrichment.stampAt);
    out[at] = CLOSE_BRACE;
    return out;
  }
}

const CLOSE_BRACE = 0x7d;
