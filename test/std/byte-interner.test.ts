import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteInterner } from '../../src/std/byte-interner.ts';
import type { ByteKey } from '../../src/std/byte-interner.ts';

const MIB = 1024 * 1024;

function key(...words: readonly number[]): ByteKey {
  return { words: Int32Array.from(words), length: words.length };
}

describe('runs of words', () => {
  test('have one number each, as a map from their text has', () => {
    const runs = fc.array(fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 3 }));
    fc.assert(
      fc.property(runs, (all) => {
        const interner = new ByteInterner(MIB);
        const known = new Map<string, number>();
        for (const run of all) {
          const text = run.join();
          if (!known.has(text)) known.set(text, known.size);
          expect(interner.intern(key(...run))).toBe(known.get(text));
        }
        expect(interner.size).toBe(known.size);
      }),
    );
  });

  test('keep their numbers while there come many more', () => {
    const interner = new ByteInterner(MIB);
    const numbers = () => Array.from({ length: 10_000 }, (_, i) => interner.intern(key(i, -i, 7)));
    const first = numbers();
    expect(new Set(first).size).toBe(10_000);
    expect(numbers()).toEqual(first);
  });

  test('end where their length says, whatever lies behind', () => {
    const interner = new ByteInterner(MIB);
    const words = Int32Array.from([1, 2, 3]);
    expect(interner.intern({ words, length: 2 })).toBe(0);
    expect(interner.intern({ words: Int32Array.from([1, 2, 9]), length: 2 })).toBe(0);
    expect(interner.intern({ words, length: 3 })).toBe(1);
  });
});

describe('an interner', () => {
  test('takes no more than its bytes, and gives what it knows all the same', () => {
    const interner = new ByteInterner(16);
    expect([interner.intern(key(1, 2, 3)), interner.intern(key(4, 5))]).toEqual([0, -1]);
    expect([interner.intern(key(6)), interner.intern(key(1, 2, 3))]).toEqual([1, 0]);
  });

  test('begins anew once cleared', () => {
    const interner = new ByteInterner(12);
    interner.intern(key(1, 2, 3));
    interner.clear();
    expect([interner.size, interner.intern(key(4, 5, 6))]).toEqual([0, 0]);
  });
});
