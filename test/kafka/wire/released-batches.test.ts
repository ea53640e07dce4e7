import { assert, expect, test } from 'vitest';

import { readBatches } from '../../../src/kafka/wire/read-batches.ts';
import { limits } from '../../../src/stage/limits.ts';
import { RecordColumns } from '../../../src/stage/records/columns.ts';
import { batchOfRecords } from '../../support/wire-bytes.ts';

const reading = { ...limits, isGivenUp: () => false };
const text = 'x'.repeat(1000);
const records = Array.from({ length: 100 }, (_, at) => ({
  timestampMs: 1_700_000_000_000,
  key: null,
  value: Buffer.from(`${at} ${text}`),
  headers: [],
}));

async function read(codec: number) {
  const batch = await batchOfRecords(records, {
    codec,
    producerId: -1n,
    producerEpoch: -1,
    firstSequence: -1,
    isTransactional: false,
  });
  const before = Buffer.from(batch);
  const [first] = await readBatches(batch, [], reading);
  const columns = first?.records;
  assert(columns instanceof RecordColumns);
  expect(columns.at(99).value?.toString()).toBe(`99 ${text}`);
  return { columns, isAsBefore: () => batch.equals(before) };
}

test.each([1, 2, 3, 4])('what codec %i unpacked is freed once it is released', async (codec) => {
  const { columns, isAsBefore } = await read(codec);
  columns.release();
  expect(columns.bytes).toHaveLength(0);
  expect(isAsBefore()).toBe(true);
});

test('what lies in the answer of the broker as it is stays there', async () => {
  const { columns, isAsBefore } = await read(0);
  columns.release();
  expect(isAsBefore()).toBe(true);
});
