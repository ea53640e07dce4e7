import { expect, test } from 'vitest';

import { recordsIn } from '../../src/stage/records/read-columns.ts';
import { JoinedRecords } from '../../src/stage/records/joined-records.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';

/** Three records from `baseOffset` on. */
function batchAt(baseOffset: number) {
  const record = { timestampMs: 0, key: null, value: Buffer.from('x'), headers: [] };
  const [chunk] = packRecords([record, record, record]).chunks();
  const times = { baseTimestampMs: 0, maxTimestampMs: 0, isLogAppendTime: false };
  const of = { baseOffset, lastOffset: baseOffset + 2, recordCount: 3, ...times };
  return recordsIn(chunk?.bytes ?? Buffer.alloc(0), of);
}

test.each([
  ['all of several batches', 0, Infinity, [10, 11, 12, 13, 14, 15]],
  ['nothing of before the offset that was asked for', 11, Infinity, [11, 12, 13, 14, 15]],
  ['nothing from the end on', 0, 14, [10, 11, 12, 13]],
  ['nothing of a whole batch', 13, 14, [13]],
  ['nothing at all', 16, Infinity, []],
])('%s', (_, from, to, expected) => {
  const joined = new JoinedRecords([batchAt(10), batchAt(13)], from, to);
  expect(Array.from(joined, ({ offset }) => offset)).toEqual(expected);
  expect(joined).toHaveLength(expected.length);
});
