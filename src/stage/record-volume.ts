// Hot: measured by bench/micro/records.bench.ts.
import { Field } from '../flow/dialects/fields.ts';
import type { FieldName } from '../flow/dialects/fields.ts';
import { OUT_OF_RANGE } from '../flow/dialects/numbers.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import { unreadable } from '../flow/dialects/unreadable.ts';
import type { Unreadable } from '../flow/dialects/unreadable.ts';
import type { Volume } from './tally.ts';

/** What differs from record to record of one flow: its size and time. One object for all records. */
export class RecordVolume implements Volume {
  connections = 0;
  bytes = 0;
  eventMs: number | null = null;
  startMs: number | null = null;

  /** Takes over what a scanned record says; `null` = done. */
  read(record: ScannedRecord): Unreadable | null {
    const { form } = record;
    const start = form.timeOf(record, Field.startTime);
    const end = form.timeOf(record, Field.endTime);
    const connections = form.countOf(record, Field.connections);
    const bytesIn = form.countOf(record, Field.bytesIn);
    const bytesOut = form.countOf(record, Field.bytesOut);
    if (!Number.isFinite(start + end + connections + bytesIn + bytesOut)) {
      return firstWrong({ startTime: start, endTime: end, connections, bytesIn, bytesOut });
    }
    this.startMs = start === 0 ? null : start;
    this.eventMs = end === 0 ? this.startMs : end;
    this.connections = connections;
    this.bytes = bytesIn + bytesOut;
    return null;
  }
}

function firstWrong(values: Partial<Record<FieldName, number>>): Unreadable | null {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isNaN(value)) return unreadable('not_a_record', `field \`${name}\``);
    if (value === OUT_OF_RANGE) return unreadable('number_out_of_range', `field \`${name}\``);
  }
  return null;
}
