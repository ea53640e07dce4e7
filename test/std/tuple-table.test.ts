import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TupleTable } from '../../src/std/tuple-table.ts';

const small = fc.nat(3);

describe('a table of tuples', () => {
  test('holds what a map of their texts holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small, small, small, small)), (tuples) => {
        const table = new TupleTable(1000);
        const map = new Map<string, number>();
        for (const tuple of tuples) {
          expect(table.get(tuple)).toBe(map.get(tuple.join()) ?? -1);
          if (map.has(tuple.join())) continue;
          expect(table.add(tuple, map.size)).toBe(true);
          map.set(tuple.join(), map.size);
        }
        expect(table.size).toBe(map.size);
        for (const tuple of tuples) expect(table.get(tuple)).toBe(map.get(tuple.join()));
      }),
    );
  });

  test('grows without losing any', () => {
    const table = new TupleTable(20_000);
    for (let i = 0; i < 20_000; i += 1) table.add([i, i >> 3, -i, 5, i & 7], i);
    for (let i = 0; i < 20_000; i += 1) expect(table.get([i, i >> 3, -i, 5, i & 7])).toBe(i);
    expect(table.get([0, 0, 0, 0, 0])).toBe(-1);
  });

  test('takes no more than its limit', () => {
    const table = new TupleTable(2);
    const added = [1, 2, 3].map((i) => table.add([i, 0, 0, 0, 0], i));
    expect(added).toEqual([true, true, false]);
    expect([1, 2, 3].map((i) => table.get([i, 0, 0, 0, 0]))).toEqual([1, 2, -1]);
  });

  test('is empty once cleared', () => {
    const table = new TupleTable(1);
    table.add([0, 0, 0, 0, 0], 0);
    table.clear();
    expect([table.get([0, 0, 0, 0, 0]), table.size]).toEqual([-1, 0]);
  });
});
