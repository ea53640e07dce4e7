import { Field } from '../dialects/fields.ts';
import type { Enrichment } from '../dialects/form.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { lasting } from '../../std/lasting.ts';
import type { AvroSchema } from './avro-schema.ts';
import { readFieldOf } from './field-values.ts';
import { encodeLong, varintEnd } from './varint.ts';

interface Judged {
  readonly evaluation: FlowEvaluation;
  readonly maker: EvaluationMaker;
}

interface Parts {
  readonly policies: Buffer;
  readonly hits: Buffer;
  readonly upstream: Buffer;
  readonly beforeStamp: Buffer;
  readonly afterStamp: Buffer;
}

/** What is written into an Avro record, and into any that equals it in what is judged. */
export class AvroEnrichment implements Enrichment {
  /** All of the traces, which tells decisions apart. */
  readonly pending: Buffer;
  readonly evaluation: Buffer;
  readonly stampAt: number;
  /** The traces, where the record has none. */
  readonly policies: Buffer;
  /** The pending list. */
  readonly hits: Buffer;
  /** What `pending_upstream` becomes; empty = it stays as it is. */
  readonly upstream: Buffer;
  readonly beforeStamp: Buffer;
  readonly afterStamp: Buffer;

  private constructor(given: Parts) {
    const { policies, hits, upstream, beforeStamp, afterStamp } = given;
    const parts = lasting(policies, hits, upstream, beforeStamp, afterStamp);
    [this.policies, this.hits, this.upstream, this.beforeStamp, this.afterStamp] = parts;
    this.pending = together(this.policies, this.hits, this.upstream);
    this.evaluation = together(this.beforeStamp, this.afterStamp);
    this.stampAt = beforeStamp.length;
  }

  get parts(): readonly [Buffer, Buffer] {
    return [this.pending, this.evaluation];
  }

  /** By `AvroPiece`. */
  pieces(): readonly Uint8Array[] {
    return [this.hits, this.beforeStamp, this.afterStamp, this.upstream, this.policies];
  }

  static of(schema: AvroSchema, record: ScannedRecord, judged: Judged): AvroEnrichment {
    const { encoder, output } = schema;
    const { before, after } = encoder.evaluation(judged.evaluation, judged.maker);
    const { pending } = judged.evaluation;
    const canLackTraces = output.added.has('policies') || output.nullTraces !== null;
    return new AvroEnrichment({
      policies: canLackTraces ? encoder.policies(pending) : NOTHING,
      hits: encoder.pending(pending),
      upstream: upstreamOf(schema, record),
      beforeStamp: before,
      afterStamp: after,
    });
  }
}

/** By number, as a layout mentions them; what comes after the time follows what comes before it. */
export const AvroPiece = { hits: 0, beforeStamp: 1, upstream: 3, policies: 4 } as const;

const NOTHING = Buffer.alloc(0);

/** Parts that lie one behind the other as one. */
function together(first: Buffer, ...others: readonly Buffer[]): Buffer {
  const length = others.reduce((sum, part) => sum + part.length, first.length);
  return Buffer.from(first.buffer, first.byteOffset, length);
}

/** The pending list as it came, unless an earlier pass put it where it belongs, or there is none. */
function upstreamOf({ types, output }: AvroSchema, { bytes, offsets }: ScannedRecord): Buffer {
  const { upstream, added } = output;
  const pending = types.get(Field.pending);
  const start = offsets[2 * Field.pending]!;
  if (upstream === null || pending === undefined || start < 0) return NOTHING;
  const absent = added.has('pendingUpstream') ? encodeLong(upstream.nullBranch) : NOTHING;
  if (offsets[2 * Field.evaluator]! >= 0 || isGiven(Field.pendingUpstream)) return absent;
  if (!isGiven(Field.pending)) return absent;
  const list = pending.kind === 'union' ? varintEnd(bytes, start, bytes.length) : start;
  const hits = bytes.subarray(list, offsets[2 * Field.pending + 1]);
  return Buffer.concat([encodeLong(upstream.listBranch), hits]);

  function isGiven(field: number): boolean {
    const type = types.get(field);
    const at = offsets[2 * field]!;
    return type !== undefined && at >= 0 && readFieldOf(type, bytes, at, field) !== undefined;
  }
}
