import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAYBE, NO, YES } from '../../../src/std/ternary.ts';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import { hasBit } from '../../../src/policy/index/bits.ts';
import { getTernary } from '../../../src/policy/index/ternary-bits.ts';
import { KEY_CLASSES, KeyClass } from '../../../src/policy/index/key-class.ts';
import { SelectorEvaluator } from '../../../src/policy/index/selector-answers.ts';
import { SelectorTableBuilder } from '../../../src/policy/index/selector-code.ts';
import { selectorText } from '../../../src/policy/index/selector-text.ts';
import { StringTable, StringTableBuilder } from '../../../src/policy/index/strings.ts';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { matches } from '../../../src/policy/selector/interpret.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';

const keys = ['a', 'b', 'pcns.c', 'pod-template-hash'];
const values = ['', 'x', 'xy', 'y'];

const selectors = fc.letrec<{ any: Selector }>((tie) => {
  const key = fc.constantFrom(...keys);
  const value = fc.constantFrom(...values);
  const operands = fc.array(tie('any'), { minLength: 2, maxLength: 3 });
  return {
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constant<Selector>({ kind: 'all' }),
      fc.record({ kind: fc.constant('has' as const), key }),
      fc.record({
        kind: fc.constantFrom('eq', 'ne', 'contains', 'startsWith', 'endsWith'),
        key,
        value,
      }),
      fc.record({
        kind: fc.constantFrom('in', 'notIn'),
        key,
        values: fc.uniqueArray(value, { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), operand: tie('any') }),
      fc.record({ kind: fc.constantFrom('and', 'or'), operands }),
    ),
  };
}).any;

const labels = fc
  .dictionary(fc.constantFrom(...keys, 'unasked'), fc.constantFrom(...values, 'unasked'))
  .map((pairs) => new Map(Object.entries(pairs)));

function evaluatorOf(list: readonly Selector[]) {
  const builder = new StringTableBuilder();
  const table = new SelectorTableBuilder(builder);
  const numbers = list.map((selector) => table.add(selector));
  const tables = table.finish();
  const strings = new StringTable(builder.finish());
  return { numbers, tables, strings, evaluator: new SelectorEvaluator(tables, strings) };
}

function absentOf(gaps: Partial<Record<keyof typeof KeyClass, number>>): number[] {
  const absent = Array.from({ length: KEY_CLASSES }, () => 0);
  for (const name of Object.keys(KeyClass)) {
    if (isKeyClass(name)) absent[KeyClass[name]] = gaps[name] ?? 0;
  }
  return absent;
}

function isKeyClass(name: string): name is keyof typeof KeyClass {
  return name in KeyClass;
}

function parsed(text: string): Selector {
  const selector = parseSelector(text);
  if ('message' in selector) throw new Error(text);
  return selector;
}

describe('selectors of the index', () => {
  test('answer as the interpreter does where all labels are known', () => {
    fc.assert(
      fc.property(fc.array(selectors, { maxLength: 8 }), labels, (list, known) => {
        const { numbers, evaluator } = evaluatorOf(list);
        const facts = { labels: known, absent: absentOf({}), isNamespaceUnknown: false };
        const answers = evaluator.answersOf(facts);
        expect(numbers.map((number) => getTernary(answers, number))).toEqual(
          list.map((selector) => (matches(selector, (key) => known.get(key)) ? YES : NO)),
        );
        expect(answers.why).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('say yes or no only where every completion of the labels does', () => {
    const unknown = absentOf({ ofNamespace: Gap.namespaceLabels, plain: Gap.absentLabel });
    fc.assert(
      fc.property(selectors, labels, labels, (selector, known, others) => {
        const { numbers, evaluator } = evaluatorOf([selector]);
        known.delete('pod-template-hash');
        const answers = evaluator.answersOf({
          labels: known,
          absent: unknown,
          isNamespaceUnknown: false,
        });
        const number = numbers[0] ?? 0;
        const answer = getTernary(answers, number);
        const whole = new Map([...others, ...known]);
        whole.delete('pod-template-hash');
        const isMatch = matches(selector, (key) => whole.get(key));
        const isExplained = answers.why.some(({ columns }) => hasBit(columns, number));
        expect([answer, isExplained]).toEqual(
          answer === MAYBE ? [MAYBE, true] : [isMatch ? YES : NO, false],
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('are open where a label is unknown, and say why', () => {
    const { evaluator, numbers } = evaluatorOf([
      parsed("pcns.c == 'x'"),
      parsed("pcns.c == 'x' && a == 'x'"),
      parsed("pcns.c == 'x' || a == 'y'"),
      parsed('pcns.c in {}'),
      parsed('!has(pcns.c)'),
    ]);
    const answers = evaluator.answersOf({
      labels: new Map([['a', 'y']]),
      absent: absentOf({ ofNamespace: Gap.namespaceLabels }),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([
      MAYBE,
      NO,
      YES,
      NO,
      MAYBE,
    ]);
    expect(answers.why.map(({ gap }) => gap)).toEqual([Gap.namespaceLabels]);
  });

  test('know of an unknown namespace that there is one', () => {
    const { evaluator, numbers } = evaluatorOf([
      parsed('has(projectcalico.org/namespace)'),
      parsed('!has(projectcalico.org/namespace)'),
      parsed("projectcalico.org/namespace == 'shop'"),
      parsed("projectcalico.org/namespace starts with 's'"),
    ]);
    const answers = evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ namespace: Gap.sourceLabels }),
      isNamespaceUnknown: true,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([YES, NO, MAYBE, MAYBE]);
  });

  test('forget one item before the next', () => {
    const { evaluator, numbers } = evaluatorOf([parsed("a == 'x'"), parsed("b == 'x'")]);
    const open = {
      labels: new Map<string, string>(),
      absent: absentOf({ plain: Gap.sourceLabels }),
      isNamespaceUnknown: false,
    };
    evaluator.answersOf(open);
    const answers = evaluator.answersOf({
      labels: new Map([['a', 'x']]),
      absent: absentOf({}),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([YES, NO]);
  });

  test('know nothing more of such an item', () => {
    const { evaluator, numbers } = evaluatorOf([
      parsed('has(a)'),
      parsed('has(projectcalico.org/namespace)'),
    ]);
    const answers = evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ namespace: Gap.sourceLabels }),
      isNamespaceUnknown: true,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([NO, YES]);
  });

  test.each<readonly [selector: string, answer: number]>([
    ["a contains 'b'", YES],
    ["a contains 'ac'", NO],
    ["a starts with 'ab'", YES],
    ["a starts with 'b'", NO],
    ["a ends with 'bc'", YES],
    ["a ends with 'b'", NO],
  ])('of a label `abc`: %s', (selector, answer) => {
    const { evaluator, numbers } = evaluatorOf([parsed(selector)]);
    const answers = evaluator.answersOf({
      labels: new Map([['a', 'abc']]),
      absent: absentOf({}),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([answer]);
  });

  test('an unknown label may hold the text of its key', () => {
    const { evaluator, numbers } = evaluatorOf([parsed("a contains 'a'")]);
    const answers = evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ plain: Gap.absentLabel }),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([MAYBE]);
  });

  test('a label may have the text of its key', () => {
    const { evaluator, numbers } = evaluatorOf([parsed("a == 'a'"), parsed("has(a) && a != 'a'")]);
    const facts = {
      labels: new Map([['a', 'a']]),
      absent: absentOf({}),
      isNamespaceUnknown: false,
    };
    const answers = evaluator.answersOf(facts);
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([YES, NO]);
  });

  test('nothing is in an empty list, whatever is unknown', () => {
    const { evaluator, numbers } = evaluatorOf([parsed('!(a in {})'), parsed('a in {} || has(b)')]);
    const answers = evaluator.answersOf({
      labels: new Map([['b', '']]),
      absent: absentOf({ plain: Gap.absentLabel }),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([YES, YES]);
  });

  test('are open each for reasons of their own', () => {
    const { evaluator, numbers } = evaluatorOf([
      parsed("pcns.c == 'x'"),
      parsed("a == 'x'"),
      parsed("pcns.c == 'x' && a == 'x'"),
    ]);
    const { why } = evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ ofNamespace: Gap.namespaceLabels, plain: Gap.absentLabel }),
      isNamespaceUnknown: false,
    });
    const gapsOf = (number: number) =>
      why.flatMap(({ gap, columns }) => (hasBit(columns, number) ? [gap] : []));
    expect(numbers.map((number) => gapsOf(number).toSorted((a, b) => a - b))).toEqual([
      [Gap.namespaceLabels],
      [Gap.absentLabel],
      [Gap.absentLabel, Gap.namespaceLabels],
    ]);
  });

  test('forget what one item left open before the next that leaves something open', () => {
    const { evaluator, numbers } = evaluatorOf([parsed("a == 'x'"), parsed("pcns.c == 'x'")]);
    evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ plain: Gap.absentLabel }),
      isNamespaceUnknown: false,
    });
    const answers = evaluator.answersOf({
      labels: new Map(),
      absent: absentOf({ ofNamespace: Gap.namespaceLabels }),
      isNamespaceUnknown: false,
    });
    expect(numbers.map((number) => getTernary(answers, number))).toEqual([NO, MAYBE]);
  });

  test('print what they ask', () => {
    const text = '(a in {"x", "y"} || !has(b)) && c contains "z" && !(d == "v")';
    const { tables, strings, numbers } = evaluatorOf([parsed(text)]);
    expect(selectorText(tables, strings, numbers[0] ?? 0)).toBe(
      '(a in {"x", "y"} || !has(b)) && c contains "z" && !d == "v"',
    );
  });

  test('are held once however often they are added', () => {
    const { numbers } = evaluatorOf([parsed("a == 'x'"), parsed('a == "x"')]);
    expect(numbers).toEqual([0, 0]);
  });
});
