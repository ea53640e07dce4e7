import { expect, test } from 'vitest';

import { sliceOf } from '../../../src/kafka/transactions/slices.ts';
import { aRecord } from '../fakes.ts';

/** Fetched batches with records at these offsets, before a marker that takes one more. */
function fetched(...parts: readonly (readonly number[])[]) {
  const messages = parts.map((offsets) => ({
    records: offsets.map((offset) => ({ ...aRecord(''), offset })),
  }));
  return { messages, lastOffset: () => String((parts.at(-1)?.at(-1) ?? -1) + 1) };
}

test.each<readonly [string, number[][], from: number, max: number, slices: string[]]>([
  [
    'what fits is one slice',
    [
      [0, 1],
      [2, 3],
    ],
    0,
    4,
    ['0 1 2 3 <5'],
  ],
  [
    'batches stay whole where they can',
    [
      [0, 1],
      [2, 3, 4],
    ],
    0,
    4,
    ['0 1 <2', '2 3 4 <6'],
  ],
  ['a large batch is cut', [[0, 1, 2, 3, 4]], 0, 2, ['0 1 <2', '2 3 <4', '4 <6']],
  ['gaps are nobody’s', [[0, 7], [90]], 0, 2, ['0 7 <90', '90 <92']],
  [
    'what lies before the beginning is left out',
    [
      [0, 1],
      [2, 3],
    ],
    1,
    9,
    ['1 2 3 <5'],
  ],
  [
    'a slice before the beginning is none',
    [
      [0, 1],
      [2, 3],
    ],
    2,
    2,
    ['2 3 <5'],
  ],
  ['only the marker is left', [[0, 1]], 2, 2, [' <3']],
  ['nothing is left', [[0, 1]], 3, 2, []],
])('%s', (_, parts, from, max, slices) => {
  const found: string[] = [];
  for (let at = from; ;) {
    const slice = sliceOf(fetched(...parts), at, max);
    if (slice === null) break;
    found.push(`${[...slice.records].map(({ offset }) => offset).join(' ')} <${slice.next}`);
    at = slice.next;
  }
  expect(found).toEqual(slices);
});
