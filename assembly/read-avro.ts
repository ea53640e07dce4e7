// Reads a record in Avro as one of a layout.
import { avroCountOf, avroTimeOf, NUMBER_SIZE } from './avro-numbers';
import { beginRecord, placeField, startOf } from './fields';
import { long, readLong } from './long';
import { ODD, OTHER, PLAIN, setCounts, setTimes, setWay } from './reading';
import { OWN, PREFIX, PREFIX_BYTES, wayOf } from './record-layout';
import { skipRecord } from './skip';
import * as told from './told';
import { number } from './told';
import { isSame } from './write';

// What such a layout says besides: the first row of the program, the branch that says that a record has no traces
// (-1 = it always has), and how numbers are written.
const ROOT: usize = OWN;
const NULL_TRACES: usize = OWN + 4;
const NUMBERS: usize = OWN + 8;

/** Where the pending list goes: into the traces of the record, or with traces that are put there. */
const IN_TRACES: usize = 0;
const WITH_TRACES: usize = 1;

export function readAvro(layout: usize, start: usize, end: usize): i32 {
  const prefixBytes = <usize>load<u32>(layout, PREFIX_BYTES);
  if (prefixBytes > end - start || !isSame(start, <usize>load<u32>(layout, PREFIX), prefixBytes)) {
    return OTHER;
  }
  beginRecord(start, number(told.FIELDS));
  const first = start + prefixBytes;
  if (!skipRecord(<usize>load<u32>(layout, ROOT), first, end)) return ODD;
  placeField((<usize>number(told.RECORD_FIELD)) << 3, first, end);
  setWay(wayOf(layout, place(load<i32>(layout, NULL_TRACES), end)));
  const numbers = layout + NUMBERS;
  const isTimed = setTimes(
    avroTimeOf(numbers, number(told.START_FIELD), end),
    avroTimeOf(numbers + NUMBER_SIZE, number(told.END_FIELD), end),
  );
  const isCounted = setCounts(
    avroCountOf(numbers + 2 * NUMBER_SIZE, number(told.CONNECTIONS_FIELD), end),
    avroCountOf(numbers + 3 * NUMBER_SIZE, number(told.BYTES_IN_FIELD), end),
    avroCountOf(numbers + 4 * NUMBER_SIZE, number(told.BYTES_OUT_FIELD), end),
  );
  return isTimed && isCounted ? PLAIN : ODD;
}

function place(nullTraces: i32, end: usize): usize {
  if (nullTraces < 0) return IN_TRACES;
  readLong(startOf(number(told.POLICIES_FIELD)), end);
  return long == <i64>nullTraces ? WITH_TRACES : IN_TRACES;
}
