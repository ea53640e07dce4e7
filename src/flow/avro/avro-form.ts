// Hot: measured by bench/micro/avro.bench.ts.
import { assert } from '../../std/assert.ts';
import type { Carried } from '../dialects/carried.ts';
import type { Edit, Edits } from '../dialects/edits.ts';
import { Field } from '../dialects/fields.ts';
import type { Enrichment, Placed, RecordDialect, RecordForm } from '../dialects/form.ts';
import { canonicalJson } from '../dialects/flat.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import type { AvroSchema } from './avro-schema.ts';
import { carryFields } from './carry-fields.ts';
import { AvroEnrichment } from './enrichment.ts';
import { readCountOf, readFieldOf, readTimeOf } from './field-values.ts';
import { readLong } from './varint.ts';

/** What one Avro schema writes. Names are those of canonical JSON; no member is ever left out. */
export class AvroForm implements RecordForm {
  readonly dialect: RecordDialect;
  readonly encodesByRecord: boolean;
  readonly schema: AvroSchema;
  /** What goes in front of each output, in the place of what is in front of each record. */
  readonly #prefix: Buffer;

  constructor(schema: AvroSchema, prefix: Buffer) {
    this.dialect = avroDialect;
    this.schema = schema;
    this.encodesByRecord = schema.output.upstream !== null;
    this.#prefix = prefix;
  }

  valueOf({ bytes, offsets }: ScannedRecord, field: number): unknown {
    const type = this.schema.types.get(field);
    const start = offsets[2 * field]!;
    return type === undefined || start < 0 ? undefined : readFieldOf(type, bytes, start, field);
  }

  timeOf({ bytes, offsets }: ScannedRecord, field: number): number {
    const type = this.schema.types.get(field);
    return type === undefined ? 0 : readTimeOf(type, bytes, offsets[2 * field]!);
  }

  countOf({ bytes, offsets }: ScannedRecord, field: number): number {
    const type = this.schema.types.get(field);
    return type === undefined ? 0 : readCountOf(type, bytes, offsets[2 * field]!);
  }

  carry({ bytes, offsets }: ScannedRecord): Carried {
    const { record, known } = this.schema;
    return carryFields(record, bytes, { start: offsets[2 * Field.record]!, known });
  }

  encode(evaluation: FlowEvaluation, maker: EvaluationMaker, record: ScannedRecord): Enrichment {
    return AvroEnrichment.of(this.schema, record, { evaluation, maker });
  }

  place(edits: Edits, { bytes, offsets }: ScannedRecord, { enrichment, stamp }: Placed): void {
    assert(enrichment instanceof AvroEnrichment, 'an Avro record is enriched in Avro');
    const start = offsets[2 * Field.record]!;
    if (start > 0) edits.add(0, start).value = this.#prefix;
    this.#placeTraces(edits, { bytes, offsets }, enrichment);
    const edit = has(offsets, Field.evaluation)
      ? replace(edits, offsets, Field.evaluation)
      : insertAfter(edits, offsets, Field.record);
    edit.before = enrichment.beforeStamp;
    edit.value = stamp.avro;
    edit.after = enrichment.afterStamp;
  }

  #placeTraces(
    edits: Edits,
    { bytes, offsets }: Pick<ScannedRecord, 'bytes' | 'offsets'>,
    { policies, hits, upstream }: AvroEnrichment,
  ): void {
    const { added, nullTraces } = this.schema.output;
    if (added.has('policies')) {
      insertAfter(edits, offsets, Field.record).value = policies;
      return;
    }
    if (nullTraces !== null && readLong(bytes, offsets[2 * Field.policies]!) === nullTraces) {
      replace(edits, offsets, Field.policies).value = policies;
      return;
    }
    const pending = added.has('pending')
      ? insertAfter(edits, offsets, Field.policies)
      : replace(edits, offsets, Field.pending);
    pending.value = hits;
    if (added.has('pendingUpstream')) insertAfter(edits, offsets, Field.policies).value = upstream;
    else if (upstream.length > 0) replace(edits, offsets, Field.pendingUpstream).value = upstream;
  }
}

const avroDialect: RecordDialect = {
  name: 'avro',
  paths: canonicalJson.paths,
  carried: canonicalJson.carried,
  omitsZeros: false,
};

function has(offsets: Int32Array, field: number): boolean {
  return offsets[2 * field]! >= 0;
}

function replace(edits: Edits, offsets: Int32Array, field: number): Edit {
  return edits.add(offsets[2 * field]!, offsets[2 * field + 1]!);
}

function insertAfter(edits: Edits, offsets: Int32Array, field: number): Edit {
  const end = offsets[2 * field + 1]!;
  return edits.add(end, end);
}
