import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { crc32c, slowCrc32c } from '../../../src/kafka/wire/crc32c.ts';

describe('the checksum', () => {
  test.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['\0'.repeat(32), 0x8a9136aa],
    ['\xff'.repeat(32), 0x62a8ab43],
  ])('of a known text is the known one', (text, expected) => {
    expect(crc32c(Buffer.from(text, 'latin1'))).toBe(expected);
    expect(slowCrc32c(Buffer.from(text, 'latin1'))).toBe(expected);
  });

  test('does not depend on where the bytes lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(9), (array, shift) => {
        const moved = new Uint8Array(array.length + shift);
        moved.set(array, shift);
        expect(crc32c(moved.subarray(shift))).toBe(crc32c(array));
        expect(slowCrc32c(moved.subarray(shift))).toBe(crc32c(array));
      }),
    );
  });

  test('goes on from the sum of what comes before', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), (array, at) => {
        const [before, after] = [array.subarray(0, at), array.subarray(at)];
        expect(crc32c(after, crc32c(before))).toBe(crc32c(array));
        expect(slowCrc32c(after, slowCrc32c(before))).toBe(crc32c(array));
      }),
    );
  });
});
