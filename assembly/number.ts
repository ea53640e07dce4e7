// Gives a record the number of all that a judgement reads of it.
import { record } from './fields';
import { DESTINATION, intern, numberOfRun, REST, SOURCE, WHOLE } from './intern';
import { OFFSETS, SPANS } from './layout';

/** Of the record last numbered; 0 = there was no room. */
export let whole: usize = 0;

/**
 * Number of all that a judgement reads of the record last read, by its bytes: the fields of three lists, and two
 * numbers besides. -1 = no room for what is new.
 */
export function numberOf(lists: usize, timeClass: i32, form: i32): i32 {
  whole = 0;
  const a = part(SOURCE, <usize>load<u32>(lists));
  const b = part(DESTINATION, <usize>load<u32>(lists, 4));
  const c = part(REST, <usize>load<u32>(lists, 8));
  if (a == 0 || b == 0 || c == 0) return -1;
  const tuple = SPANS + 512;
  store<i32>(tuple, numberOfRun(a));
  store<i32>(tuple, numberOfRun(b), 4);
  store<i32>(tuple, numberOfRun(c), 8);
  store<i32>(tuple, timeClass, 12);
  store<i32>(tuple, form, 16);
  store<u32>(SPANS, <u32>tuple);
  store<u32>(SPANS, 20, 4);
  whole = intern(WHOLE, 1);
  return whole == 0 ? -1 : numberOfRun(whole);
}

/** A list is how many spans there are, and of each the fields that it begins and ends with: eight times their numbers. */
function part(table: usize, list: usize): usize {
  const count = load<i32>(list);
  let entry = list + 4;
  for (let i = 0; i < count; i += 1) {
    const start = load<i32>(OFFSETS + <usize>load<u32>(entry));
    const end = load<i32>(OFFSETS + <usize>load<u32>(entry, 4), 4);
    const span = SPANS + ((<usize>i) << 3);
    // What is not there differs from what is empty.
    store<u32>(span, <u32>(record + (start < 0 ? 0 : <usize>start)));
    store<u32>(span, start < 0 ? 0 : <u32>(end - start), 4);
    entry += 8;
  }
  return intern(table, count);
}
