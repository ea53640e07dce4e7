import { array, assert, integer, nat, property } from 'fast-check';
import { expect, test } from 'vitest';

import { FrameGuard } from '../../src/kafka/frame-guard.ts';

function frame(bytes: number): Buffer {
  const buffer = Buffer.alloc(4 + bytes, 0x7f);
  buffer.writeUInt32BE(bytes);
  return buffer;
}

/** Whether the guard lets all of `bytes` pass when they arrive in pieces cut at `cuts`. */
function passes(bytes: Buffer, cuts: readonly number[], frameBytesMax: number): boolean {
  const guard = new FrameGuard(frameBytesMax);
  const edges = [
    0,
    ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return edges
    .slice(1)
    .every((edge, index) => guard.accepts(bytes.subarray(edges[index] ?? 0, edge)));
}

const sizes = array(integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
const cuts = array(nat(), { maxLength: 10 });

test('frames up to the limit pass, however they are cut', () => {
  assert(
    property(sizes, cuts, (lengths, at) => {
      expect(passes(Buffer.concat(lengths.map(frame)), at, 40)).toBe(true);
    }),
  );
});

test('one frame beyond the limit is seen, however it is cut', () => {
  assert(
    property(sizes, cuts, (lengths, at) => {
      expect(passes(Buffer.concat([...lengths, 41].map(frame)), at, 40)).toBe(false);
    }),
  );
});

test('the beginning of a TLS alert announces too long a frame', () => {
  expect(new FrameGuard(64 * 1024 * 1024).accepts(Buffer.from([0x15, 3, 3, 0, 2, 2]))).toBe(false);
});
