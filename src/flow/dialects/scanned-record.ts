import type { RecordForm } from './form.ts';

/** A record whose fields have been found. Its reader uses one object for all records. */
export interface ScannedRecord {
  readonly status: 'scanned';
  readonly bytes: Buffer;
  /** By `Field`. */
  readonly offsets: Int32Array;
  readonly form: RecordForm;
  /** Tells forms apart: each has another, from 0. */
  readonly formNumber: number;
  /** What tells records of the form apart, in the core: see `RecordCore.addLists`. */
  readonly lists: number;
  /** How the lane reads and writes records of the form, in the core; 0 = they are not for the lane. */
  readonly laneLayout: number;
}
