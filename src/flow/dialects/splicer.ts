// Hot: measured by bench/micro/records.bench.ts.
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import { Edits } from './edits.ts';
import type { Enrichment, Placed } from './form.ts';
import type { ScannedRecord } from './scanned-record.ts';
import type { RecordWriter, Room } from './writer.ts';

/**
 * Writes enriched records: the pending list in its place, our member in its place or at the end, every
 * other byte as it came (flow-records 3.4).
 */
export class Splicer implements RecordWriter {
  readonly isForLane = true;
  readonly #edits = new Edits();

  encode(evaluation: FlowEvaluation, maker: EvaluationMaker, record: ScannedRecord): Enrichment {
    return record.form.encode(evaluation, maker, record);
  }

  write(record: ScannedRecord, what: Placed, room: Room): Buffer {
    const edits = this.#edits;
    edits.clear();
    record.form.place(edits, record, what);
    const { bytes } = record;
    const out = room.allocate(bytes.length + edits.growth());
    edits.write(bytes, out);
    return out;
  }
}
