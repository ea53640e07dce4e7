import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import type { Enrichment, Placed } from './form.ts';
import type { ScannedRecord } from './scanned-record.ts';

/** Gives memory that may hold anything. */
export interface Room {
  allocate(size: number): Buffer;
}

/** How judged records leave: as they came with two members changed, or in another form altogether. */
export interface RecordWriter {
  /** Whether what is encoded is all that a record changes by, so that the lane can write JSON in its stead. */
  readonly isForLane: boolean;
  /** What to write for the evaluation of a record, or of any that equals it in what is judged. */
  encode(evaluation: FlowEvaluation, maker: EvaluationMaker, record: ScannedRecord): Enrichment;
  /** The record with that in it; `room` is where the result goes. */
  write(record: ScannedRecord, what: Placed, room: Room): Buffer;
}
