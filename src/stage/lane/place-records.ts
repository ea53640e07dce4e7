// Hot: measured by bench/micro/records.bench.ts.
import { PLACES } from '../records/columns.ts';
import type { RecordColumns } from '../records/columns.ts';
import { WINDOW_BYTES, WINDOW_RECORDS } from './lane-memory.ts';
import type { LaneMemory } from './lane-memory.ts';
import { Told } from './lane-words.ts';

/**
 * Lays as many records as there is room for before the lane, beginning with the one at `from`, and returns
 * the first that is not among them; `from` itself is too large for it.
 */
export function placeRecords(records: RecordColumns, from: number, memory: LaneMemory): number {
  const { bytes, length } = records;
  const start = records.startOf(from);
  const last = Math.min(length, from + WINDOW_RECORDS);
  let to = from;
  let end = start;
  while (to < last) {
    const next = records.endOf(to);
    if (next - start > WINDOW_BYTES) break;
    end = next;
    to += 1;
  }
  if (to === from) return from;
  memory.window.set(bytes.subarray(start, end));
  memory.window.fill(0, end - start, end - start + ZEROS);
  memory.places.set(records.places.subarray(PLACES * from, PLACES * to));
  memory.offsets.set(records.offsets.subarray(from, to));
  memory.timesMs.set(records.timesMs.subarray(from, to));
  memory.setSigned(Told.shift, memory.windowAt - start);
  return to;
}

/** No text goes on beyond them. */
const ZEROS = 32;
