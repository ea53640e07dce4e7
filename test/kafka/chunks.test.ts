import { expect, test } from 'vitest';

import { chunksOf } from '../../src/kafka/chunks.ts';
import { aRecord } from './fakes.ts';

const limits = { produceRecords: 3, produceBytes: 1000 };

test.each([
  ['nothing makes no request', [], []],
  ['one request while all fit', [10, 10, 10], [3]],
  ['at most as many records as allowed', [1, 1, 1, 1, 1, 1, 1], [3, 3, 1]],
  ['at most as many bytes as allowed', [400, 400, 400], [2, 1]],
  ['a giant travels alone', [10, 5000, 10], [1, 1, 1]],
  ['a giant first', [5000, 10], [1, 1]],
  ['bytes are counted anew in each request', [900, 900, 10], [1, 2]],
])('%s', (_, sizes, expected) => {
  const records = sizes.map((size) => aRecord(size));
  const chunks = [...chunksOf(records, limits)];
  expect(chunks.map((chunk) => chunk.length)).toEqual(expected);
  expect(chunks.flat()).toEqual(records);
});

test('keys and headers count too', () => {
  const record = {
    ...aRecord(100),
    key: Buffer.alloc(200),
    headers: [['name', Buffer.alloc(300)] as const],
  };
  expect([...chunksOf([record, record], limits)]).toHaveLength(2);
});
