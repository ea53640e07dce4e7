import { describe, expect, test } from 'vitest';

import { SpareMemory } from '../../src/std/spare-memory.ts';

describe('memory', () => {
  test('that was given back is used again, where it is of the size that is needed', () => {
    const spare = new SpareMemory(1024);
    const memory = spare.take(100);
    spare.give(memory);
    expect(spare.take(300)).not.toBe(memory);
    expect(spare.take(65)).toBe(memory);
  });

  test('is nobody else\u2019s until it is given back', () => {
    const spare = new SpareMemory(1024);
    const memory = spare.take(100);
    expect(spare.take(100)).not.toBe(memory);
  });

  test.each([0, 1, 2, 3, 64, 65, 1000])('has at least the size that is asked for: %i', (bytes) => {
    expect(new SpareMemory(1024).take(bytes).byteLength).toBeGreaterThanOrEqual(bytes);
  });

  test('is kept up to a bound', () => {
    const spare = new SpareMemory(1024);
    const all = Array.from({ length: 6 }, () => spare.take(256));
    for (const memory of all) spare.give(memory);
    const again = Array.from({ length: 6 }, () => spare.take(256));
    expect(again.filter((memory) => all.includes(memory))).toHaveLength(4);
  });
});
