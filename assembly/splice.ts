// Puts an answer into a record: other bytes stay as they came.
import { record } from './fields';
import { OFFSETS } from './layout';
import { NEW_PREFIX, NEW_PREFIX_BYTES, PREFIX_BYTES } from './record-layout';
import { word } from './told';
import { copy } from './write';

// A way is how many edits, and these in the order of their bytes. An edit goes from one place to another, each an edge
// of a field (where that is among the offsets), less so many bytes; and writes a text and a piece of the answer, or two
// pieces with the time between them. One whose first piece is empty leaves what is there.
const EDIT: usize = 4;
const TO: usize = 4;
const BACK: usize = 8;
const TEXT: usize = 12;
const TEXT_BYTES: usize = 16;
const PIECE: usize = 20;
const IS_STAMPED: usize = 24;
const EDIT_SIZE: usize = 28;

// An answer: its number, which tail, where its pieces end (32 bits each), and these.
export const TAIL: usize = 4;
const ENDS: usize = 8;
const PIECES: usize = 28;

/**
 * How long the value becomes that ends at `end`; -1 = its edits are not in order, which never is. `stamp` says where
 * the time is that goes with it, and how long.
 */
export function lengthWith(
  answer: usize,
  way: usize,
  layout: usize,
  stamp: usize,
  end: usize,
): i32 {
  let length = load<i32>(layout, NEW_PREFIX_BYTES) - load<i32>(layout, PREFIX_BYTES);
  length += <i32>(end - record);
  let place = <i32>load<i32>(layout, PREFIX_BYTES);
  const last = lastOf(way);
  for (let edit = way + EDIT; edit < last; edit += EDIT_SIZE) {
    const piece = <usize>load<u32>(edit, PIECE);
    const bytes = bytesOf(answer, piece);
    if (bytes == 0) continue;
    const back = load<i32>(edit, BACK);
    const from = placeOf(edit) - back;
    const to = placeOf(edit + TO) - back;
    if (from < place || to < from) return -1;
    length += <i32>bytes + load<i32>(edit, TEXT_BYTES) + from - to;
    if (load<u32>(edit, IS_STAMPED)) length += <i32>(word(stamp + 4) + bytesOf(answer, piece + 1));
    place = to;
  }
  return place > <i32>(end - record) ? -1 : length;
}

/** Writes the value, which ends at `end`, and returns where the next byte goes. */
export function splice(
  out: usize,
  answer: usize,
  way: usize,
  layout: usize,
  stamp: usize,
  end: usize,
): usize {
  let at = copy(
    out,
    <usize>load<u32>(layout, NEW_PREFIX),
    <usize>load<u32>(layout, NEW_PREFIX_BYTES),
  );
  let from = record + <usize>load<u32>(layout, PREFIX_BYTES);
  const last = lastOf(way);
  for (let edit = way + EDIT; edit < last; edit += EDIT_SIZE) {
    const piece = <usize>load<u32>(edit, PIECE);
    if (bytesOf(answer, piece) == 0) continue;
    const back = load<i32>(edit, BACK);
    at = copy(at, from, record + <usize>(placeOf(edit) - back) - from);
    at = copy(at, <usize>load<u32>(edit, TEXT), <usize>load<u32>(edit, TEXT_BYTES));
    at = copyPiece(at, answer, piece);
    if (load<u32>(edit, IS_STAMPED)) {
      at = copy(at, word(stamp), word(stamp + 4));
      at = copyPiece(at, answer, piece + 1);
    }
    from = record + <usize>(placeOf(edit + TO) - back);
  }
  return copy(at, from, end - from);
}

function lastOf(way: usize): usize {
  return way + EDIT + <usize>load<u32>(way) * EDIT_SIZE;
}

/** From the record's first byte. */
function placeOf(edge: usize): i32 {
  return load<i32>(OFFSETS + <usize>load<u32>(edge));
}

function startOf(answer: usize, piece: usize): usize {
  return piece == 0 ? 0 : <usize>load<u32>(answer + ENDS + ((piece - 1) << 2));
}

function bytesOf(answer: usize, piece: usize): usize {
  return <usize>load<u32>(answer + ENDS + (piece << 2)) - startOf(answer, piece);
}

function copyPiece(out: usize, answer: usize, piece: usize): usize {
  return copy(out, answer + PIECES + startOf(answer, piece), bytesOf(answer, piece));
}
