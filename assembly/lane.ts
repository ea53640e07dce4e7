// Takes records of a batch whose decision is known from where they came to where they leave: read, numbered,
// written with their answer, counted in a row each. It stops at the first record that is not of the plainest kind, and
// the host takes that one.
import { areKnown, layoutNamed } from './headers';
import { answerOfRun, numberOfRun } from './intern';
import { LANE } from './layout';
import { numberOf, whole } from './number';
import { readAvro } from './read-avro';
import { readJson } from './read-json';
import { bytes, connections, endMs, OTHER, PLAIN, startMs } from './reading';
import { AVRO, FIELD_LISTS, FORM, KIND } from './record-layout';
import * as told from './told';
import { number, Place, word } from './told';
import { write } from './write-record';

// Why it stopped.
const ALL: i32 = 0;
/** The host is to take the record at NEXT. */
const PECULIAR: i32 = 1;
/** The chunk has no room for it, or the memory to write in. */
const FULL: i32 = 2;
/** Its time is in another class, which TIME_FROM then holds. */
const OTHER_TIME: i32 = 3;
/** Nothing is odd about it, but its answer is not known: the host may link one and let the lane go on. */
const UNKNOWN: i32 = 4;

// Of the record in hand.
let end: usize = 0;
let layout: usize = 0;
let answer: usize = 0;

// Where the next record and the next row go.
let out: usize = 0;
let row: usize = 0;

/** Takes the records from the first up to the last, as far as it goes, and says why it stopped. */
export function judge(from: i32, to: i32): i32 {
  out = word(told.OUT);
  row = word(told.ROWS);
  return take(from, to, false);
}

/** Goes on with a record whose answer was not known, in the way that it was read before. */
export function resume(from: i32, to: i32): i32 {
  return take(from, to, true);
}

function take(from: i32, to: i32, isRead: bool): i32 {
  let reason = ALL;
  let i = from;
  for (; i < to; i += 1) {
    if (!isRead || i > from) {
      reason = recognise(word(told.PLACES) + Place.SIZE * <usize>i);
      if (reason != ALL) break;
    }
    reason = finish(i);
    if (reason != ALL) break;
  }
  store<i32>(LANE + told.NEXT, i);
  store<u32>(LANE + told.WRITTEN, <u32>(out - word(told.OUT)));
  return reason;
}

/** Writes the record that was recognised, and counts it. */
function finish(index: i32): i32 {
  const isWritten = number(told.FRAMING) != told.NOTHING;
  answer = answerOfRun(whole);
  if (answer == 0) {
    store<f64>(LANE + told.START_MS, startMs);
    return isWritten ? UNKNOWN : PECULIAR;
  }
  if (isWritten) {
    const after = write(index, end, answer, layout, out);
    if (after == 0) return number(told.NEEDED) == 0 ? PECULIAR : FULL;
    out = after;
    store<f64>(row, <f64>load<u32>(answer));
  } else {
    store<f64>(row, <f64>numberOfRun(whole));
  }
  store<f64>(row, connections, 8);
  store<f64>(row, bytes, 16);
  store<f64>(row, endMs == 0 ? startMs : endMs, 24);
  row += 32;
  return ALL;
}

/** Reads a record and finds its number. */
function recognise(places: usize): i32 {
  const length = load<i32>(places, Place.VALUE_BYTES);
  if (length < 0 || length > number(told.RECORD_BYTES_MAX)) return PECULIAR;
  end = word(told.SHIFT) + <usize>load<u32>(places, Place.VALUE_END);
  if (!areKnown(places, end)) return PECULIAR;
  const start = end - <usize>length;
  layout = layoutNamed();
  const isPlain = layout == 0 ? findLayout(start) : readAs(layout, start) == PLAIN;
  if (!isPlain) return PECULIAR;
  let timeClass = number(told.NO_TIME_CLASS);
  if (startMs != 0) {
    if (startMs < load<f64>(LANE + told.TIME_FROM) || startMs > load<f64>(LANE + told.TIME_TO)) {
      store<f64>(LANE + told.TIME_FROM, startMs);
      return OTHER_TIME;
    }
    timeClass = number(told.TIME_CLASS);
  }
  const lists = <usize>load<u32>(layout, FIELD_LISTS);
  const ofRecord = numberOf(lists, timeClass, load<i32>(layout, FORM));
  return ofRecord < 0 || ofRecord >= number(told.DECISIONS_MAX) ? PECULIAR : ALL;
}

/** Whether the record is a plain one of one of the layouts, which then comes first among them. */
function findLayout(start: usize): bool {
  const first = LANE + told.LAYOUTS;
  const last = first + (word(told.LAYOUTS_COUNT) << 2);
  for (let entry = first; entry < last; entry += 4) {
    layout = <usize>load<u32>(entry);
    const outcome = readAs(layout, start);
    if (outcome == OTHER) continue;
    store<u32>(entry, load<u32>(first));
    store<u32>(first, <u32>layout);
    return outcome == PLAIN;
  }
  return false;
}

function readAs(one: usize, start: usize): i32 {
  return load<i32>(one, KIND) == AVRO ? readAvro(one, start, end) : readJson(one, start, end);
}
