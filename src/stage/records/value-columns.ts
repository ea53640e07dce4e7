// Hot: measured by bench/micro/records.bench.ts.
import type { InputRecords } from '../ports.ts';
import { Place, PLACES, RecordColumns } from './columns.ts';
import { JoinedRecords } from './joined-records.ts';

/** Values alone as records: of those that lie one behind the other in one memory no object is made. */
export function recordsOfValues(
  values: readonly Buffer[],
  offsets: readonly number[],
): InputRecords {
  const parts: RecordColumns[] = [];
  for (let from = 0; from < values.length;) {
    let to = from + 1;
    while (to < values.length && isBehind(values[to - 1]!, values[to]!)) to += 1;
    parts.push(columnsOf(values.slice(from, to), offsets.slice(from, to)));
    from = to;
  }
  return new JoinedRecords(parts, 0, Infinity);
}

function isBehind(one: Buffer, next: Buffer): boolean {
  return one.buffer === next.buffer && next.byteOffset >= one.byteOffset + one.length;
}

function columnsOf(values: readonly Buffer[], offsets: readonly number[]): RecordColumns {
  const count = values.length;
  const first = values[0]!;
  const last = values[count - 1]!;
  const start = first.byteOffset;
  const columns = {
    bytes: Buffer.from(first.buffer, start, last.byteOffset + last.length - start),
    offsets: Float64Array.from(offsets),
    timesMs: new Float64Array(count),
    places: new Int32Array(PLACES * count),
  };
  for (let index = 0; index < count; index += 1) {
    const value = values[index]!;
    const place = PLACES * index;
    const end = value.byteOffset + value.length - start;
    columns.places[place + Place.keyBytes] = -1;
    columns.places[place + Place.valueEnd] = end;
    columns.places[place + Place.valueBytes] = value.length;
    columns.places[place + Place.end] = end;
  }
  return new RecordColumns(columns);
}
