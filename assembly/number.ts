// Gives a record the number of all that a judgement reads of it.
import { record } from './fields';
import { DESTINATION, hashOf, intern, likely, numberOfRun, REST, SOURCE, WHOLE } from './intern';
import { OFFSETS, SPANS } from './layout';
import { classOf, DESTINATION_CLASSES, ODD_PORT, PORT_SIZE, SOURCE_CLASSES } from './ports';

// What tells records apart: lists of the fields of the source, of the destination and of the rest, and how the ports
// of both are written.
const SOURCE_PORT: usize = 12;
const DESTINATION_PORT: usize = SOURCE_PORT + PORT_SIZE;

/** Of the record last numbered; 0 = there was no room. */
export let whole: usize = 0;
/** So that memory is asked for at once, and not dropped as needless. */
let touched: usize = 0;

// What the record last numbered was made up of, for the host as well: the numbers of its source, destination and rest,
// the two numbers besides, and the classes of its ports. As in src/flow/dialects/record-core.ts.
const TUPLE: usize = SPANS + 512;
const TUPLE_BYTES: u32 = 28;

/**
 * Number of all that a judgement reads of the record last read: the bytes of the fields of three lists, the classes of
 * two ports, and two numbers besides. -1 = no room for what is new.
 */
export function numberOf(lists: usize, timeClass: i32, form: i32): i32 {
  whole = 0;
  const atB = part(SPANS, <usize>load<u32>(lists));
  const atC = part(atB, <usize>load<u32>(lists, 4));
  const end = part(atC, <usize>load<u32>(lists, 8));
  const hashA = hashOf(SPANS, atB);
  const hashB = hashOf(atB, atC);
  const hashC = hashOf(atC, end);
  touched = likely(SOURCE, hashA) + likely(DESTINATION, hashB) + likely(REST, hashC);
  const a = intern(SOURCE, hashA, SPANS, atB);
  const b = intern(DESTINATION, hashB, atB, atC);
  const c = intern(REST, hashC, atC, end);
  if (a == 0 || b == 0 || c == 0) return -1;
  const sourcePort = classOf(lists + SOURCE_PORT, SOURCE_CLASSES);
  const destPort = classOf(lists + DESTINATION_PORT, DESTINATION_CLASSES);
  store<i32>(TUPLE, numberOfRun(a));
  store<i32>(TUPLE, numberOfRun(b), 4);
  store<i32>(TUPLE, numberOfRun(c), 8);
  store<i32>(TUPLE, timeClass, 12);
  store<i32>(TUPLE, form, 16);
  store<i32>(TUPLE, sourcePort, 20);
  store<i32>(TUPLE, destPort, 24);
  store<u32>(SPANS, <u32>TUPLE);
  store<u32>(SPANS, TUPLE_BYTES, 4);
  let last = SPANS + 8;
  if (sourcePort == ODD_PORT) last = addPort(last, lists + SOURCE_PORT);
  if (destPort == ODD_PORT) last = addPort(last, lists + DESTINATION_PORT);
  whole = intern(WHOLE, hashOf(SPANS, last), SPANS, last);
  return whole == 0 ? -1 : numberOfRun(whole);
}

/**
 * A list is how many spans there are, and of each the fields that it begins and ends with: eight times their numbers.
 * Returns where the spans end that lie from `first` on.
 */
function part(first: usize, list: usize): usize {
  const last = first + ((<usize>load<u32>(list)) << 3);
  let entry = list + 4;
  for (let span = first; span < last; span += 8) {
    setSpan(span, <usize>load<u32>(entry), <usize>load<u32>(entry, 4));
    entry += 8;
  }
  return last;
}

/** From the field of that entry to the other. */
function setSpan(span: usize, from: usize, to: usize): void {
  const start = load<i32>(OFFSETS + from);
  const end = load<i32>(OFFSETS + to, 4);
  // What is not there differs from what is empty.
  store<u32>(span, <u32>(record + (start < 0 ? 0 : <usize>start)));
  store<u32>(span, start < 0 ? 0 : <u32>(end - start), 4);
}

/** The bytes of a port; where the spans end then. */
function addPort(span: usize, port: usize): usize {
  const field = <usize>load<u32>(port);
  setSpan(span, field, field);
  return span + 8;
}
