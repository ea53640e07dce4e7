import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUT_OF_RANGE, readCount, readTimeMs } from '../../../src/flow/dialects/numbers.ts';

/** Reads a value that stands in the middle of others. */
function read(reader: typeof readCount, json: string): number {
  const bytes = Buffer.from(`1${json}2`);
  return reader(bytes, 1, bytes.length - 1);
}

describe('a count', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['5120', 5120],
    ['"5120"', 5120],
    ['-7', 0],
    ['"-7"', 0],
    ['1e3', 1000],
    ['5.0', 5],
    ['null', 0],
    ['9007199254740993', 2 ** 53],
    ['9223372036854775807', 2 ** 63],
    ['"9223372036854775807"', 2 ** 63],
    ['-9223372036854775808', 0],
    ['9223372036854775808', OUT_OF_RANGE],
    ['"9223372036854775808"', OUT_OF_RANGE],
    ['-9223372036854775809', OUT_OF_RANGE],
    ['1e30', OUT_OF_RANGE],
    ['1e400', OUT_OF_RANGE],
    ['1.5', OUT_OF_RANGE],
    [`"${'0'.repeat(70)}"`, OUT_OF_RANGE],
    ['""', Number.NaN],
    ['"1.5"', Number.NaN],
    ['"0x10"', Number.NaN],
    ['" 1"', Number.NaN],
    ['true', Number.NaN],
    ['[1]', Number.NaN],
    ['{}', Number.NaN],
  ])('of %s is %d', (json, count) => {
    expect(read(readCount, json)).toBe(count);
  });

  test('is what a double says, whatever the number of digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (count) => {
        const nearby = read(readCount, String(count)) / Number(count);
        expect(count === 0n ? 1 : nearby).toBeCloseTo(1, 12);
      }),
    );
  });
});

describe('a time', () => {
  test.each([
    ['0', 0],
    ['null', 0],
    ['1787000000', 1_787_000_000_000],
    ['"1787000000"', 1_787_000_000_000],
    ['1787000000123', 1_787_000_000_123],
    ['1787000000123456', 1_787_000_000_123],
    ['1787000000123456789', 1_787_000_000_123],
    ['"2026-08-17T20:53:20Z"', Date.UTC(2026, 7, 17, 20, 53, 20)],
    ['"2026-08-17t20:53:20z"', Date.UTC(2026, 7, 17, 20, 53, 20)],
    ['"2026-08-17T20:53:20.5Z"', Date.UTC(2026, 7, 17, 20, 53, 20, 500)],
    ['"2026-08-17T20:53:20.123456789Z"', Date.UTC(2026, 7, 17, 20, 53, 20, 123)],
    ['"2026-08-17T20:53:20-01:30"', Date.UTC(2026, 7, 17, 22, 23, 20)],
    ['"2024-02-29T00:00:00Z"', Date.UTC(2024, 1, 29)],
    ['"0001-01-01T00:00:00Z"', 0],
    ['"2026-13-17T20:53:20Z"', Number.NaN],
    ['"2026-08-32T20:53:20Z"', Number.NaN],
    ['"2026-08-17T25:53:20Z"', Number.NaN],
    ['"2026-08-17T20:60:20Z"', Number.NaN],
    ['"2026-08-17 20:53:20Z"', Number.NaN],
    ['"2026-08-17T20:53:20"', Number.NaN],
    ['"2026-08-17"', Number.NaN],
    ['"yesterday"', Number.NaN],
    ['[]', Number.NaN],
    ['1e30', OUT_OF_RANGE],
  ])('of %s is %d', (json, time) => {
    expect(read(readTimeMs, json)).toBe(time);
  });

  test('is what Date.parse says of any second', () => {
    const seconds = fc.date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(seconds, (date) => {
        const text = `${date.toISOString().slice(0, 19)}Z`;
        expect(read(readTimeMs, JSON.stringify(text))).toBe(Date.parse(text));
      }),
    );
  });
});
