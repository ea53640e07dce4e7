import type { Layout } from './layout.ts';

/** A record whose fields have been found. Its reader uses one object for all records. */
export interface ScannedRecord {
  readonly status: 'scanned';
  readonly bytes: Buffer;
  /** By `Field`. */
  readonly offsets: Int32Array;
  readonly layout: Layout;
}
