import type { FlowEvaluation } from '../evaluation.ts';
import type { EvaluationMaker, Stamp } from '../encode-evaluation.ts';
import type { Carried } from './carried.ts';
import type { Dialect, DialectName } from './dialect.ts';
import type { Edits } from './edits.ts';
import type { ScannedRecord } from './scanned-record.ts';

/** What is written into a record: the pending list and our member's value, as the form writes them. */
export interface Enrichment {
  readonly pending: Buffer;
  readonly evaluation: Buffer;
  /** Where in `evaluation` the time stamp goes. */
  readonly stampAt: number;
  /** Both, as texts as long as nobody wanted the bytes. */
  readonly parts: readonly [string | Buffer, string | Buffer];
  /** The bytes in pieces, of which a layout says where they go; absent = it is not for the lane. */
  readonly pieces?: () => readonly Uint8Array[];
}

/** What a reader of records needs to know of their dialect. */
export type RecordDialect = Pick<Dialect, 'paths' | 'carried' | 'omitsZeros'> & {
  readonly name: DialectName | 'avro';
};

/**
 * How records lie in their bytes: a JSON dialect under one of its wrappers, or what one Avro schema
 * writes. Fields are given by number.
 */
export interface RecordForm {
  readonly dialect: RecordDialect;
  /** As a parser of JSON gives it; `undefined` = absent, or null, which every dialect uses alike. */
  valueOf(record: ScannedRecord, field: number): unknown;
  /** ms since 1970; 0, `NaN` and `OUT_OF_RANGE` as in `readTimeMs`. */
  timeOf(record: ScannedRecord, field: number): number;
  /** 0 = absent; `NaN` and `OUT_OF_RANGE` as in `readCount`. */
  countOf(record: ScannedRecord, field: number): number;
  /** What a conversion keeps beside the fields. */
  carry(record: ScannedRecord): Carried;
  /** Whether what is written for an evaluation also depends on the lists of its record. */
  readonly encodesByRecord: boolean;
  /** What to write for the evaluation of a record, or of any that equals it in what is judged. */
  encode(evaluation: FlowEvaluation, maker: EvaluationMaker, record: ScannedRecord): Enrichment;
  /** Where that goes, `stamp` as `evaluated_at` in it. */
  place(edits: Edits, record: ScannedRecord, what: Placed): void;
}

export interface Placed {
  readonly enrichment: Enrichment;
  readonly stamp: Stamp;
}
