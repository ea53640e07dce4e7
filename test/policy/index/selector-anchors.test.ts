import { describe, expect, test } from 'vitest';
import { anchorsOf, countKeys } from '../../../src/policy/index/selector-anchors.ts';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';

function parsed(text: string): Selector {
  const selector = parseSelector(text);
  if (selector.kind === 'error') throw new Error(selector.message);
  return selector;
}

/** What else is asked for: `a` often, `a == 'x'` seldom, `b` once. */
const others = ['has(a)', "a == 'x'", "a in {'y', 'z'}", "b contains 'x'"];

/** `key=value` or `key`; null where the selector may hold without any label. */
function anchorTexts(text: string): readonly string[] | null {
  const anchors = anchorsOf(parsed(text), countKeys(others.map(parsed)));
  return anchors?.map(({ key, value }) => (value === null ? key : `${key}=${value}`)) ?? null;
}

describe('the labels of which an end must have one', () => {
  test.each<readonly [selector: string, anchors: readonly string[] | null]>([
    ["a == 'x'", ['a=x']],
    ['has(a)', ['a']],
    ["a contains 'x'", ['a']],
    ["a starts with 'x'", ['a']],
    ["a ends with 'x'", ['a']],
    ["a in {'x', 'y'}", ['a=x', 'a=y']],
    ['a in {}', []],
    ["a != 'x'", null],
    ["a not in {'x'}", null],
    ['!has(a)', null],
    ['all()', null],
    ['global()', null],
    ["a == 'x' || has(b)", ['a=x', 'b']],
    ["a == 'x' || !has(b)", null],
    ["a == 'x' && has(b)", ['a=x']],
    ['has(a) && has(b)', ['b']],
    ['has(b) && has(a)', ['b']],
    ["a == 'x' && a == 'y'", ['a=x']],
    ["has(a) && a in {'x', 'y'}", ['a=x', 'a=y']],
    ['!has(a) && has(a)', ['a']],
    ['!has(a) && !has(b)', null],
    ["has(a) && (b == 'u' || c == 'v')", ['b=u', 'c=v']],
  ])('%s', (selector, anchors) => {
    expect(anchorTexts(selector)).toEqual(anchors);
  });
});

test('labels are counted by key and with their value, in operands too', () => {
  const list = ["a == 'x' && (b == 'y' || has(a))", "a in {'x', 'z'} || !has(c)"].map(parsed);
  expect(Object.fromEntries(countKeys(list))).toEqual({
    a: 5,
    'a x': 2,
    'a z': 1,
    b: 1,
    'b y': 1,
  });
});
