import { expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { recordEnds } from '../../../src/flow/avro/record-end.ts';
import { limits } from '../../../src/stage/limits.ts';
import { derived } from './support/reading.ts';

const recordEnd = recordEnds(derived(canonicalSchema));
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

test('one that is beyond a limit ends where it ends', () => {
  const node = 'n'.repeat(limits.textBytes + 1);
  const source_labels = Object.fromEntries(
    Array.from({ length: limits.mapMembers + 1 }, (_, i) => [`k${i}`, 'v']),
  );
  const large = avscType(canonicalSchema).toBuffer({ start_time: 1, node, source_labels });
  expect(recordEnd(Buffer.concat([large, ...records]), 0)).toBe(large.length);
});

test.each([
  ['a list of four billion items in a few bytes', '8080808020'],
  ['a text of four billion bytes', '8080808020'],
])('%s ends nowhere', (_, count) => {
  const [record = Buffer.alloc(0)] = records;
  expect(recordEnd(Buffer.concat([Buffer.from(count, 'hex'), record.subarray(1)]), 0)).toBe(-1);
});
