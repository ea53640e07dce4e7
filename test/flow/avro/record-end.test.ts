import { expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { recordEnds } from '../../../src/flow/avro/record-end.ts';
import { limits } from '../../../src/stage/limits.ts';
import { derived } from './support/reading.ts';

const recordEnd = recordEnds(derived(canonicalSchema), limits);
const records = [1, 2 ** 40, 3].map((start_time) =>
  avscType(canonicalSchema).toBuffer({ start_time, source_labels: { app: 'cart' } }),
);

test('records one behind the other are told apart', () => {
  const bytes = Buffer.concat(records);
  const ends = records.map((_, i) => Buffer.concat(records.slice(0, i + 1)).length);
  expect([0, ...ends.slice(0, -1)].map((at) => recordEnd(bytes, at))).toEqual(ends);
});

test('where none begins none ends', () => {
  const [record = Buffer.alloc(0)] = records;
  expect(recordEnd(record.subarray(0, -1), 0)).toBe(-1);
  expect(recordEnd(record, record.length)).toBe(-1);
});
