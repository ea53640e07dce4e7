// Writes a record into the chunk that it leaves in: as Kafka lays it out in a batch, or its value as a line.
import * as headers from './headers';
import { way } from './reading';
import { KIND } from './record-layout';
import { lengthWith, splice, TAIL } from './splice';
import * as told from './told';
import { number, Place, word } from './told';
import { copy, Varint, writeVarint } from './write';
import { LANE } from './layout';

/** A length, attributes, a time and a number. */
const DELTAS_BYTES_MAX: usize = 21;
const LINE_FEED: u8 = 0x0a;

/**
 * The record of that index, as one of the layout, with the answer in it; its value ends at `end`. Returns where the
 * next record goes; 0 = there is no room, NEEDED says for how much, and 0 that it is too large.
 */
export function write(index: i32, end: usize, answer: usize, layout: usize, out: usize): usize {
  const tail = load<i32>(answer, TAIL);
  if (tail == number(told.UNWANTED)) return out;
  const places = word(told.PLACES) + Place.SIZE * <usize>index;
  const stamp = told.STAMPS + ((<usize>load<u32>(layout, KIND)) << 3);
  const valueBytes = lengthWith(answer, way, layout, stamp, end);
  headers.setOut(<usize>tail, offsetOf(index));
  store<i32>(LANE + told.NEEDED, 0);
  if (valueBytes < 0) return 0;
  // However it is written, it must be what a topic takes.
  const contentBytes = keyLengthOf(places) + <usize>valueBytes + headers.contentOut();
  if (contentBytes > word(told.OUTPUT_BYTES_MAX)) return 0;
  if (number(told.FRAMING) != told.LINES) {
    const valueAt = beginRecord(index, places, <usize>valueBytes, out);
    return valueAt == 0 ? 0 : endRecord(splice(valueAt, answer, way, layout, stamp, end));
  }
  if (!hasRoom(out, <usize>valueBytes + 1)) return 0;
  addTime(index, number(told.CHUNK_RECORDS));
  const at = splice(out, answer, way, layout, stamp, end);
  store<u8>(at, LINE_FEED);
  return at + 1;
}

/** Writes what stands before the value; 0 = there is no room. */
function beginRecord(index: i32, places: usize, valueBytes: usize, out: usize): usize {
  const keyBytes = load<i32>(places, Place.KEY_BYTES);
  const keyLength = keyLengthOf(places);
  const rest =
    Varint.size(keyBytes) +
    keyLength +
    Varint.size(valueBytes) +
    valueBytes +
    Varint.size(headers.countOut()) +
    headers.bytesOut();
  if (!hasRoom(out, rest + DELTAS_BYTES_MAX)) return 0;
  const inChunk = number(told.CHUNK_RECORDS);
  const delta = addTime(index, inChunk);
  let at = writeVarint(out, <i64>(1 + Varint.size(delta) + Varint.size(inChunk) + rest));
  store<u8>(at, 0); // attributes: none are in use
  at = writeVarint(at + 1, delta);
  at = writeVarint(at, <i64>inChunk);
  at = writeVarint(at, <i64>keyBytes);
  const keyEnd = word(told.SHIFT) + <usize>load<u32>(places, Place.KEY_END);
  if (keyLength > 0) at = copy(at, keyEnd - keyLength, keyLength);
  return writeVarint(at, <i64>valueBytes);
}

function endRecord(at: usize): usize {
  return headers.writeOut(writeVarint(at, <i64>headers.countOut()));
}

function keyLengthOf(places: usize): usize {
  const keyBytes = load<i32>(places, Place.KEY_BYTES);
  return keyBytes < 0 ? 0 : <usize>keyBytes;
}

function offsetOf(index: i32): i64 {
  return <i64>load<f64>(word(told.RECORD_OFFSETS) + ((<usize>index) << 3));
}

function hasRoom(out: usize, needed: usize): bool {
  const filled = <i64>(out - word(told.OUT)) + <i64>number(told.CHUNK_BYTES);
  const isFull =
    number(told.CHUNK_RECORDS) >= number(told.CHUNK_RECORDS_MAX) ||
    filled + <i64>needed > <i64>number(told.CHUNK_BYTES_MAX);
  if (!isFull && out + needed <= word(told.OUT_END)) return true;
  store<i32>(LANE + told.NEEDED, <i32>needed);
  return false;
}

/** One more record is in the chunk. Returns its time from the first one's. */
function addTime(index: i32, inChunk: i32): i64 {
  const timeMs = load<f64>(word(told.TIMES) + ((<usize>index) << 3));
  if (inChunk == 0) {
    store<f64>(LANE + told.BASE_TIME, timeMs);
    store<f64>(LANE + told.MAX_TIME, timeMs);
  } else if (timeMs > load<f64>(LANE + told.MAX_TIME)) {
    store<f64>(LANE + told.MAX_TIME, timeMs);
  }
  store<i32>(LANE + told.CHUNK_RECORDS, inChunk + 1);
  return <i64>(timeMs - load<f64>(LANE + told.BASE_TIME));
}
