import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { FrameReader } from '../../src/kafka/frame-reader.ts';

test('frames arrive whole however their bytes are cut, and keep their bytes', () => {
  const frame = fc.uint8Array({ maxLength: 20 });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat(9)), (frames, cuts) => {
      const bytes = Buffer.concat(frames.flatMap((each) => [lengthOf(each), each]));
      const arrived: Buffer[] = [];
      const reader = new FrameReader((whole) => arrived.push(whole));
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        const chunk = Buffer.from(bytes.subarray(at, at + cut));
        reader.push(chunk);
        // Whoever reads from the socket uses its memory anew.
        chunk.fill(0xff);
        at += cut;
      }
      expect(arrived).toEqual(frames.map((each) => Buffer.from(each)));
    }),
  );
});

function lengthOf(frame: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  return length;
}
