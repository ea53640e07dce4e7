import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelTest, Selector } from '../../../src/policy/selector/ast.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { matches } from '../../../src/policy/selector/interpret.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';
import { expectToHold } from '../../support/property.ts';

const seed = Math.trunc(Math.random() * 2 ** 31);

describe('selectors', () => {
  test('what was printed is read back, but for negations of negations', () => {
    expect.hasAssertions();
    const property = fc.property(aSelector(), (selector) => {
      expect(parseSelector(formatSelector(selector))).toEqual(selector);
    });
    expectToHold(property, { seed, numRuns: 500 });
  });

  test('a negation holds where the selector does not', () => {
    expect.hasAssertions();
    const property = fc.property(aSelector(), someLabels, (operand, labels) => {
      const lookup = (key: string): string | undefined => labels.get(key);
      expect(matches({ kind: 'not', operand }, lookup)).toBe(!matches(operand, lookup));
    });
    expectToHold(property, { seed, numRuns: 500 });
  });

  test('no text makes the parser throw, and none takes long', () => {
    expect.hasAssertions();
    const word = fc.constantFrom(
      'a',
      'in',
      'not in',
      '==',
      '!',
      '(',
      ')',
      '{',
      '}',
      '"x"',
      "'",
      ',',
    );
    const glue = fc.constantFrom('', ' ', '\t', '&&', '||', 'has(', '\n', 'é');
    const text = fc
      .array(fc.tuple(word, glue), { maxLength: 60 })
      .map((parts) => parts.flat().join(''));
    const property = fc.property(fc.oneof(text, fc.string()), (unknown) => {
      expect(typeof parseSelector(unknown).kind).toBe('string');
    });
    expectToHold(property, { seed, numRuns: 300 });
  });
});

const key = fc.stringMatching(/^[\w./-]{1,8}$/);
/** A value that holds both kinds of quotes cannot be written. */
const value = fc
  .string({ unit: 'grapheme', maxLength: 6 })
  .filter((text) => !(text.includes('"') && text.includes("'")));
const someLabels = fc.array(fc.tuple(key, value)).map((pairs) => new Map(pairs));

function aLabelTest(): fc.Arbitrary<LabelTest> {
  return fc.oneof(
    key.map((name): LabelTest => ({ kind: 'has', key: name })),
    fc.record({
      kind: fc.constantFrom('eq', 'ne', 'contains', 'startsWith', 'endsWith'),
      key,
      value,
    }),
    fc.record({
      kind: fc.constantFrom('in', 'notIn'),
      key,
      // One value needs no order.
      values: fc.array(value, { maxLength: 1 }),
    }),
  );
}

function aSelector(): fc.Arbitrary<Selector> {
  const { selector } = fc.letrec<{ selector: Selector; positive: Selector }>((tie) => {
    const operands = fc.array(tie('selector'), { minLength: 2, maxLength: 3 });
    const positive: fc.Arbitrary<Selector> = fc.oneof(
      { maxDepth: 3 },
      aLabelTest(),
      fc.constantFrom<Selector>({ kind: 'all' }, { kind: 'global' }),
      operands.map((list): Selector => ({ kind: 'and', operands: list })),
      operands.map((list): Selector => ({ kind: 'or', operands: list })),
    );
    return {
      positive,
      selector: fc.oneof(
        positive,
        tie('positive').map((operand): Selector => ({ kind: 'not', operand })),
      ),
    };
  });
  return selector;
}
