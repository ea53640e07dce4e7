// Reads a record in JSON as one of a layout.
import { fieldsThere, firstOf, has, startOf } from './fields';
import { countOf, timeOf } from './json-numbers';
import { ODD, OTHER, PLAIN, setCounts, setTimes, setWay } from './reading';
import { OWN, wayOf } from './record-layout';
import { ASCII, scanAt } from './scan';
import * as told from './told';
import { number } from './told';

// What such a layout says besides: the shape, how it spells the reporter, the fields of which it has none, and of
// which fields it has all of one group.
const SHAPE: usize = OWN;
const REPORTER: usize = OWN + 4;
const REFUSED: usize = OWN + 8;
const GROUPS: usize = OWN + 16;
const GROUP: usize = OWN + 20;
const BY_NUMBER: i32 = 1;
const BY_WORD: i32 = 2;

/** Where the pending list goes: in the place of one, to the end of its object, or into an empty one. */
const IN_PLACE: usize = 0;
const AT_END: usize = 1;
const IN_EMPTY: usize = 2;

const QUOTE: i32 = 0x22;
const OPEN_BRACKET: i32 = 0x5b;
const OPEN_BRACE: i32 = 0x7b;
const CLOSE_BRACE: i32 = 0x7d;
const LOWER_N: i32 = 0x6e;

export function readJson(layout: usize, start: usize, end: usize): i32 {
  // Begins with the number of a schema, if anything.
  if (load<u8>(start) == 0) return OTHER;
  const shape = <usize>load<u32>(layout, SHAPE);
  if (scanAt(start, end, shape, number(told.FIELDS), number(told.RECORD_FIELD)) != ASCII) {
    return ODD;
  }
  if (!isOfLayout(layout)) return OTHER;
  if (!isPlain()) return ODD;
  setWay(wayOf(layout, place()));
  const isTimed = setTimes(timeOf(number(told.START_FIELD)), timeOf(number(told.END_FIELD)));
  const isCounted = setCounts(
    countOf(number(told.CONNECTIONS_FIELD)),
    countOf(number(told.BYTES_IN_FIELD)),
    countOf(number(told.BYTES_OUT_FIELD)),
  );
  return isTimed && isCounted ? PLAIN : ODD;
}

function isOfLayout(layout: usize): bool {
  if ((fieldsThere & load<u64>(layout, REFUSED)) != 0) return false;
  const spelt = load<i32>(layout, REPORTER);
  if (spelt != 0) {
    const field = number(told.REPORTER_FIELD);
    const isWord = has(field) && firstOf(field) == QUOTE;
    if (spelt != (isWord ? BY_WORD : BY_NUMBER)) return false;
  }
  const groups = load<i32>(layout, GROUPS);
  for (let i = 0; i < groups; i += 1) {
    const group = load<u64>(layout + GROUP + ((<usize>i) << 3));
    if ((fieldsThere & group) == group) return true;
  }
  return false;
}

/** Whether a list can be put into its policies, or takes the place of one. */
function isPlain(): bool {
  const field = number(told.POLICIES_FIELD);
  if (!has(field) || firstOf(field) != OPEN_BRACE) return false;
  if (!has(number(told.PENDING_FIELD))) return true;
  const first = firstOf(number(told.PENDING_FIELD));
  return first == OPEN_BRACKET || first == LOWER_N;
}

function place(): usize {
  if (has(number(told.PENDING_FIELD))) return IN_PLACE;
  return isEmptyObject(startOf(number(told.POLICIES_FIELD))) ? IN_EMPTY : AT_END;
}

function isEmptyObject(at: usize): bool {
  let next = at + 1;
  while (<i32>load<u8>(next) <= 0x20) next += 1;
  return <i32>load<u8>(next) == CLOSE_BRACE;
}
