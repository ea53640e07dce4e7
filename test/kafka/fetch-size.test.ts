import { expect, test } from 'vitest';

import { FetchSize } from '../../src/kafka/fetch-size.ts';
import type { FetchedBatch } from '../../src/kafka/internals.ts';
import { messageOf } from '../../src/kafka/wire/fetched-message.ts';
import { RecordColumns } from '../../src/stage/records/columns.ts';

/** One partition of an answer: what each of its batches came as, and unpacked to. */
function partition(
  ...sizes: readonly (readonly [packed: number, unpacked: number])[]
): FetchedBatch {
  const rawMessages = sizes.map(([packed, unpacked]) => messageOf(1, columns(unpacked), packed));
  return {
    topic: 'flows',
    partition: 0,
    fetchedOffset: '5',
    highWatermark: '9',
    rawMessages,
    messages: rawMessages,
    lastOffset: () => '6',
  };
}

function columns(bytes: number): RecordColumns {
  return new RecordColumns({
    bytes: Buffer.alloc(bytes),
    offsets: new Float64Array(1),
    timesMs: new Float64Array(1),
    places: new Int32Array(6),
  });
}

test.each([
  ['little, as long as nothing has come', [], 1000],
  ['all, of what is not packed', [[partition([500, 480])]], 8000],
  ['as much less as it unpacks to more', [[partition([100, 2000])]], 400],
  [
    'what came last, of all partitions',
    [[partition([100, 100])], [partition([100, 300]), partition([100, 100])]],
    4000,
  ],
  ['room for two of the largest batch', [[partition([900, 90_000])]], 1800],
  ['never more than the limit', [[partition([5000, 90_000])]], 8000],
  ['more, where none of a partition fitted', [[partition([100, 2000]), partition()]], 1600],
  ['as before, when nothing came', [[partition([100, 2000])], []], 400],
] as const)('what is asked for is %s', (_what, answers, bytes) => {
  const size = new FetchSize();
  for (const answer of answers) size.saw(answer);
  expect(size.of(8000)).toBe(bytes);
});
