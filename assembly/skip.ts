// Finds where the fields of an Avro record are, by the program of its writer's schema: the same checks and bounds as
// src/flow/avro/skipper.ts. Whatever is odd is left to that one.
import { placeField } from './fields';
import { depthMax, itemsMax, membersMax, textMax } from './limits';
import { long, readLong } from './long';

// A row: what it skips, its size, its first child (32 bits each): see src/flow/avro/program.ts. A child: its row and
// eight times the number of its field, -1 = none (32 bits each).
const SIZE: usize = 4;
const FIRST: usize = 8;
const CHILD: usize = 8;
const BYTES: i32 = 0;
const BOOLEAN: i32 = 1;
const INT: i32 = 2;
const LONG: i32 = 3;
const ENUM: i32 = 4;
const BLOB: i32 = 5;
const TEXT: i32 = 6;
const RECORD: i32 = 7;
const UNION: i32 = 8;
const ARRAY: i32 = 9;
const MAP: i32 = 10;

let end: usize = 0;
let depth: i32 = 0;

/** Whether the record goes from `start` to `stop`, where another may begin: its fields have places then. */
export function skipRecord(root: usize, start: usize, stop: usize): bool {
  end = stop;
  depth = 0;
  return fields(root, start) == stop;
}

// Each of the following takes where something begins and returns where it ends, 0 if it is odd. None returns more
// than `end`, so that at most the byte behind the record is looked at.

function value(row: usize, at: usize): usize {
  switch (load<i32>(row)) {
    case TEXT:
      return text(at);
    case UNION:
      return union(row, at);
    case LONG:
      return readLong(at, end);
    case BYTES:
      return take(at, <u64>load<u32>(row, SIZE));
    case INT:
      return int(at);
    case RECORD:
      return fields(row, at);
    case ARRAY:
      return blocks(row, at, itemsMax);
    case MAP:
      return blocks(row, at, membersMax);
    case ENUM:
      return symbol(row, at);
    case BOOLEAN:
      return load<u8>(at) > 1 ? 0 : take(at, 1);
    case BLOB:
      return blob(at);
    default:
      return 0;
  }
}

function fields(row: usize, at: usize): usize {
  depth += 1;
  if (depth > depthMax) return 0;
  let child = <usize>load<u32>(row, FIRST);
  const last = child + <usize>load<u32>(row, SIZE) * CHILD;
  let next = at;
  for (; child < last; child += CHILD) {
    const start = next;
    next = value(<usize>load<u32>(child), start);
    if (next == 0) return 0;
    const field = load<i32>(child, 4);
    if (field >= 0) placeField(<usize>field, start, next);
  }
  depth -= 1;
  return next;
}

function union(row: usize, at: usize): usize {
  const next = readLong(at, end);
  if (next == 0 || <u64>long >= <u64>load<u32>(row, SIZE)) return 0;
  return value(<usize>load<u32>(<usize>load<u32>(row, FIRST) + <usize>long * CHILD), next);
}

/** An array or a map. */
function blocks(row: usize, at: usize, most: i32): usize {
  depth += 1;
  if (depth > depthMax) return 0;
  let left = <i64>most;
  let next = readLong(at, end);
  while (next != 0 && long != 0) {
    let count = long;
    // The size of the block, which whoever skips by it must be right with.
    let stop: usize = 0;
    if (count < 0) {
      count = -count;
      next = lengthOf(next);
      if (next == 0 || <u64>long > <u64>(end - next)) return 0;
      stop = next + <usize>long;
    }
    // The lowest number there is stays below 0.
    if (count < 0 || count > left) return 0;
    left -= count;
    next = items(row, next, <i32>count);
    if (next == 0 || (stop != 0 && next != stop)) return 0;
    next = readLong(next, end);
  }
  depth -= 1;
  return next;
}

function items(row: usize, at: usize, count: i32): usize {
  const isMap = load<i32>(row) == MAP;
  const item = <usize>load<u32>(row, FIRST);
  if (item == 0 && !isMap) return at;
  const isText = item != 0 && load<i32>(item) == TEXT;
  let next = at;
  for (let i = 0; i < count; i += 1) {
    if (isMap) next = text(next);
    if (next != 0 && item != 0) next = isText ? text(next) : value(item, next);
    if (next == 0) return 0;
  }
  return next;
}

function text(at: usize): usize {
  const next = lengthOf(at);
  if (next == 0 || <u64>long > <u64>textMax) return 0;
  return take(next, <u64>long);
}

function blob(at: usize): usize {
  const next = lengthOf(at);
  return next == 0 ? 0 : take(next, <u64>long);
}

function int(at: usize): usize {
  const next = readLong(at, end);
  return long == <i64>(<i32>long) ? next : 0;
}

function symbol(row: usize, at: usize): usize {
  const next = readLong(at, end);
  return <u64>long < <u64>load<u32>(row, SIZE) ? next : 0;
}

function lengthOf(at: usize): usize {
  const next = readLong(at, end);
  return long < 0 ? 0 : next;
}

function take(at: usize, size: u64): usize {
  return size > <u64>(end - at) ? 0 : at + <usize>size;
}
