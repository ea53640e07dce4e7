// Hot: measured by bench/micro/records.bench.ts.
import { Edits } from './edits.ts';
import type { Placed } from './form.ts';
import type { ScannedRecord } from './scanned-record.ts';

/** Gives memory that may hold anything. */
export interface Room {
  allocate(size: number): Buffer;
}

/**
 * Writes enriched records: the pending list in its place, our member in its place or at the end, every
 * other byte as it came (flow-records 3.4).
 */
export class Splicer {
  readonly #edits = new Edits();

  /** `room` is where the result goes. */
  splice(record: ScannedRecord, what: Placed, room: Room): Buffer {
    const edits = this.#edits;
    edits.clear();
    record.form.place(edits, record, what);
    const { bytes } = record;
    const out = room.allocate(bytes.length + edits.growth());
    edits.write(bytes, out);
    return out;
  }
}
