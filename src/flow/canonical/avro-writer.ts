import type { AvroSchema } from '../avro/avro-schema.ts';
import type { DecodeLimits } from '../dialects/decode-flow.ts';
import type { Enrichment, Placed } from '../dialects/form.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import type { RecordWriter, Room } from '../dialects/writer.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { lasting } from '../../std/lasting.ts';
import { AvroBytes } from './avro-bytes.ts';
import { canonicalAvroSchema } from './avro-schema.ts';
import { writeAfterPending, writeBeforePending } from './avro-fields.ts';
import { readCanonical } from './read-record.ts';

export interface CanonicalAvroOptions {
  /** `output.member`. */
  readonly member: string;
  readonly limits: DecodeLimits;
}

/** Writes records of any dialect as canonical Avro (flow-records 3.2). */
export class CanonicalAvroWriter implements RecordWriter {
  readonly isForLane = false;
  readonly #options: CanonicalAvroOptions;
  readonly #schema: AvroSchema;
  readonly #bytes = new AvroBytes();
  #prefix: Buffer = Buffer.alloc(0);

  /** Throws `CodedError` if the canonical schema cannot have a field of the name of ours. */
  constructor(options: CanonicalAvroOptions) {
    this.#options = options;
    this.#schema = canonicalAvroSchema(options.member);
  }

  /** What the records are written with; to be registered where a registry is. */
  get schemaText(): string {
    return this.#schema.outputSchemaText;
  }

  /** What goes in front of each record from now on, where a registry gave its schema a number. */
  set prefix(prefix: Buffer) {
    this.#prefix = prefix;
  }

  encode(evaluation: FlowEvaluation, maker: EvaluationMaker): Enrichment {
    const { encoder } = this.#schema;
    const { before, after } = encoder.evaluation(evaluation, maker);
    const parts = lasting(encoder.pending(evaluation.pending), Buffer.concat([before, after]));
    return { pending: parts[0], evaluation: parts[1], stampAt: before.length, parts };
  }

  write(record: ScannedRecord, { enrichment, stamp }: Placed, room: Room): Buffer {
    const prefix = this.#prefix;
    const { pending, evaluation, stampAt } = enrichment;
    const canonical = readCanonical(record, this.#options.limits);
    const fields = this.#bytes;
    fields.clear();
    writeBeforePending(fields, canonical);
    const middle = fields.length;
    writeAfterPending(fields, canonical);
    const ours = pending.length + evaluation.length + stamp.avro.length;
    const out = room.allocate(prefix.length + fields.length + ours);
    let at = prefix.copy(out);
    at += fields.copy(out, at, 0, middle);
    at += pending.copy(out, at);
    at += fields.copy(out, at, middle, fields.length);
    at += evaluation.copy(out, at, 0, stampAt);
    at += stamp.avro.copy(out, at);
    evaluation.copy(out, at, stampAt);
    return out;
  }
}
