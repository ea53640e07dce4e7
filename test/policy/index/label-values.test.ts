import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSelector } from '../../../src/policy/selector/parser.ts';
import { matches } from '../../../src/policy/selector/interpret.ts';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { findKey } from '../../../src/policy/index/key-table.ts';
import { valuesThatMatter } from '../../../src/policy/index/label-values.ts';
import { SelectorTableBuilder } from '../../../src/policy/index/selector-code.ts';
import { StringTable, StringTableBuilder } from '../../../src/policy/index/strings.ts';

/** The values of the label `a` that matter to the selectors. */
function valuesFor(selectors: readonly Selector[], keys: readonly string[] = ['a']) {
  const strings = new StringTableBuilder();
  const builder = new SelectorTableBuilder(strings);
  const asked = new Int32Array(Math.ceil((selectors.length + 1) / 32));
  for (const selector of selectors) {
    const number = builder.add(selector);
    asked[number >> 5] = (asked[number >> 5] ?? 0) | (1 << (number & 31));
  }
  const tables = builder.finish();
  const texts = new StringTable(strings.finish());
  const numbers = keys.map((key) => findKey(tables.keys, [texts.numberOf(key)]));
  return valuesThatMatter(tables, texts, { keys: numbers, selectors: [asked] });
}

function parsed(text: string): Selector {
  const selector = parseSelector(text);
  if ('message' in selector) throw new Error(text);
  return selector;
}

const text = fc.string({ unit: fc.constantFrom('x', 'y', '\0'), maxLength: 5 });

const someTests: fc.Arbitrary<readonly Selector[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('eq', 'ne', 'contains', 'startsWith', 'endsWith'),
      key: fc.constant('a'),
      value: text,
    }),
    fc.record({
      kind: fc.constantFrom('in', 'notIn'),
      key: fc.constant('a'),
      values: fc.array(text, { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('has'), key: fc.constant('a') }),
  ),
  { maxLength: 5 },
);

describe('the values of a label that matter', () => {
  test('answer every selector as any value does, and only as some value can', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(someTests, text, (tests, value) => {
        const values = valuesFor(tests);
        if (values === null) return;
        const answersOf = (one: string) => tests.map((each) => matches(each, () => one)).join();
        const known = new Set(values.map(answersOf));
        expect(known).toContain(answersOf(value));
      }),
      { numRuns: 5000 },
    );
  });

  test.each<readonly [name: string, selectors: readonly string[], count: number | null]>([
    ['presence alone', ['has(a)'], 1],
    ['texts, and one that nobody names', ["a == 'x'", "a in {'x', 'y'}", "a != 'z'"], 4],
    ['what other labels are compared with', ["b == 'x' && a == 'y'"], 2],
    ['a start and an end, alone and together', ["a starts with 'x'", "a ends with 'y'"], 4],
    ['parts, in every choice', ["a contains 'x'", "!(a contains 'y')"], 4],
    ['more texts than are told apart', [`a in {${many(64)}}`], null],
    ['as many as are', [`a in {${many(63)}}`], 64],
    ['more parts than are told apart', ['x', 'y', 'z', '1', '2', '3', '4'].map(partOf), null],
  ])('are %s', (_name, selectors, count) => {
    expect(valuesFor(selectors.map(parsed))?.length ?? null).toBe(count);
  });

  test('are those of several keys that have one value', () => {
    const selectors = [parsed("a == 'x'"), parsed("b == 'y'")];
    expect(valuesFor(selectors, ['a', 'b'])).toEqual(['x', 'y', expect.any(String)]);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, i) => `'v${i}'`).join(', ');
}

function partOf(part: string): string {
  return `a contains '${part}'`;
}
