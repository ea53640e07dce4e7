// What the host calls: see src/flow/dialects/record-core.ts.
import { DESTINATION, intern, REST, SOURCE, WHOLE } from './intern';
import { OFFSETS, RECORD, SPANS } from './layout';

export { scan, setLimits } from './scan';
export { forgetAll, setRoom } from './intern';

/**
 * Number of all that a judgement reads of the record, by its bytes: the fields of three lists, and two numbers besides.
 * -1 = no room for what is new.
 */
export function numberOf(lists: usize, timeClass: i32, form: i32): i32 {
  const a = numberOfPart(SOURCE, <usize>load<u32>(lists));
  const b = numberOfPart(DESTINATION, <usize>load<u32>(lists, 4));
  const c = numberOfPart(REST, <usize>load<u32>(lists, 8));
  if (a < 0 || b < 0 || c < 0) return -1;
  const tuple = SPANS + 512;
  store<i32>(tuple, a);
  store<i32>(tuple, b, 4);
  store<i32>(tuple, c, 8);
  store<i32>(tuple, timeClass, 12);
  store<i32>(tuple, form, 16);
  store<u32>(SPANS, <u32>tuple);
  store<u32>(SPANS, 20, 4);
  return intern(WHOLE, 1);
}

function numberOfPart(part: usize, list: usize): i32 {
  const count = load<i32>(list);
  for (let i = 0; i < count; i += 1) {
    const offset = OFFSETS + (load<u32>(list + 4 + ((<usize>i) << 2)) << 3);
    const start = load<i32>(offset);
    const span = SPANS + ((<usize>i) << 3);
    // What is not there differs from what is empty.
    store<u32>(span, <u32>(RECORD + (start < 0 ? 0 : <usize>start)));
    store<u32>(span, start < 0 ? 0 : <u32>(load<i32>(offset, 4) - start), 4);
  }
  return intern(part, count);
}
