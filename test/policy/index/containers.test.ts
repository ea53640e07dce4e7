import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKey, KeyTableBuilder } from '../../../src/policy/index/key-table.ts';
import { listOf, packLists } from '../../../src/policy/index/lists.ts';
import { StringTable, StringTableBuilder } from '../../../src/policy/index/strings.ts';
import { forEachBit, setBit } from '../../../src/policy/index/bits.ts';

describe('the table of texts', () => {
  test('finds every text it was given, by number and by text, and no other', () => {
    const one = fc.string({ unit: 'binary', maxLength: 8 });
    const texts = fc.array(one, { maxLength: 20 });
    fc.assert(
      fc.property(texts, one, (held, other) => {
        const builder = new StringTableBuilder();
        const numbers = held.map((text) => builder.add(text));
        const table = new StringTable(builder.finish());
        expect(numbers.map((number) => table.textOf(number))).toEqual(held);
        expect(held.map((text) => table.numberOf(text))).toEqual(numbers);
        expect(held.includes(other) ? -1 : table.numberOf(other)).toBe(-1);
      }),
    );
  });

  test('gives long texts back whole', () => {
    const builder = new StringTableBuilder();
    const long = 'é'.repeat(10_000);
    const number = builder.add(long);
    expect(new StringTable(builder.finish()).textOf(number)).toBe(long);
  });
});

describe('the table of keys', () => {
  test('numbers distinct keys in order of arrival', () => {
    const part = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer(), fc.nat(0xffffffff));
    const keys = fc.array(fc.tuple(part, part));
    fc.assert(
      fc.property(keys, fc.tuple(part, part), (held, other) => {
        const builder = new KeyTableBuilder(2);
        const numbers = held.map((key) => builder.add(key));
        const table = builder.finish();
        expect(held.map((key) => findKey(table, key))).toEqual(numbers);
        const same = held.findIndex((key) =>
          key.every((one, i) => (one | 0) === ((other[i] ?? 0) | 0)),
        );
        expect(findKey(table, other)).toBe(same < 0 ? -1 : numbers[same]);
        expect(Math.max(-1, ...numbers)).toBe(new Set(numbers).size - 1);
      }),
    );
  });
});

describe('lists', () => {
  test('come back as they were, and none for a number out of range', () => {
    const lists = packLists([[1, 2], [], [3]]);
    expect([0, 1, 2].map((i) => [...listOf(lists, i)])).toEqual([[1, 2], [], [3]]);
    expect([...listOf(lists, -1), ...listOf(lists, 3)]).toEqual([]);
  });
});

describe('bits', () => {
  test('are visited in ascending order', () => {
    const bits = new Int32Array(4);
    const set = [127, 0, 31, 32, 63, 64];
    for (const at of set) setBit(bits, at);
    const visited: number[] = [];
    forEachBit(bits, (at) => visited.push(at));
    expect(visited).toEqual([0, 31, 32, 63, 64, 127]);
  });
});
