import { expect, test } from 'vitest';

import { recordsIn } from '../../src/stage/records/read-columns.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { aRecord } from './support/judging.ts';

const count = 100;

function someColumns(from: number) {
  const records = Array.from({ length: count }, (_, at) => aRecord({ offset: from + at }));
  const [chunk] = packRecords(records).chunks();
  return recordsIn(chunk!.bytes, {
    baseOffset: from,
    lastOffset: from + count - 1,
    baseTimestampMs: 0,
    maxTimestampMs: 0,
    isLogAppendTime: false,
    recordCount: count,
  });
}

test('columns are used again once they are released, and their old owner sees nothing of it', () => {
  const first = someColumns(1000);
  const memory = first.offsets.buffer;
  first.release();
  const second = someColumns(2000);
  expect(second.offsets.buffer).toBe(memory);
  expect(first.offsets[0]).toBeUndefined();
  expect(second.at(7).offset).toBe(2007);
});

test('columns that are released twice are not handed out twice', () => {
  const first = someColumns(1000);
  first.release();
  first.release();
  const [second, third] = [someColumns(2000), someColumns(3000)];
  expect(second.offsets.buffer).not.toBe(third.offsets.buffer);
  expect(second.at(0).offset).toBe(2000);
});

test('columns that nobody has released stay as they are', () => {
  const first = someColumns(1000);
  const second = someColumns(2000);
  expect(first.at(count - 1).offset).toBe(1000 + count - 1);
  expect(second.at(0).offset).toBe(2000);
});
