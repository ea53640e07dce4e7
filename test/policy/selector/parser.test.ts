import { describe, expect, test } from 'vitest';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';

describe('a selector that cannot be read says what is wrong and where', () => {
  test.each([
    ['a = "x"', 3, '`=` is no operator; write `==`'],
    ['a & b', 3, '`&` is no operator; write `&&`'],
    ['a | b', 3, '`|` is no operator; write `||`'],
    ['a == x', 6, 'expected a quoted string, found `x`'],
    ['a == "x" AND b == "y"', 10, 'expected `&&`, `||` or the end, found `AND`'],
    ['a IN {"x"}', 3, 'expected an operator after the key, found `IN`'],
    ['a in "x"', 6, 'expected `{`, found a string'],
    ['a in {,}', 7, 'expected a quoted string, `,` or `}`, found `,`'],
    ['a == "x', 6, 'the string that begins here has no closing "'],
    ["a == 'x", 6, "the string that begins here has no closing '"],
    ['a == "x"\n', 9, 'a line break may only stand inside a string'],
    ['a == "x"\r', 9, 'a line break may only stand inside a string'],
    ['(a == x)', 7, 'expected a quoted string, found `x`'],
    ['(a == "x"', 10, 'expected `)`, found the end'],
    ['has("a")', 5, 'expected a key, found a string'],
    ['has (a)', 5, 'expected an operator after the key `has`, found `(`'],
    ['a:b == "x"', 2, 'unexpected character `:`'],
    ['a == "x" && 💥', 13, 'unexpected character `💥`'],
    ['!', 2, 'expected a key, `has(…)`, `all()` or `(`, found the end'],
    ['a', 2, 'expected an operator after the key `a`, found the end'],
  ])('%j', (text, column, message) => {
    expect(parseSelector(text)).toEqual({ kind: 'error', message, column });
  });
});

describe('limits', () => {
  test.each([
    ['parentheses 64 deep', nested(64), 'all'],
    ['parentheses 65 deep', nested(65), 'error'],
    ['100 parentheses beside each other', Array(100).fill('(all())').join(' && '), 'and'],
    ['parentheses 60,000 deep', '('.repeat(60_000), 'error'],
    ['65,536 characters', long(65_536), 'eq'],
    ['65,537 characters', long(65_537), 'error'],
    ['60,001 negations', `${'!'.repeat(60_001)}has(a)`, 'not'],
    ['a key of 512 characters', `has(${'k'.repeat(512)})`, 'has'],
    ['a key of 513 characters', `has(${'k'.repeat(513)})`, 'error'],
    ['an `in` of 10,000 values', `a in {${'"",'.repeat(10_000)}}`, 'in'],
  ])('%s', (_name, text, kind) => {
    expect(parseSelector(text).kind).toBe(kind);
  });
});

describe('a selector beyond a limit says which', () => {
  test.each([
    ['depth', nested(65), 65, 'parentheses may be nested at most 64 deep'],
    ['length', long(65_537), 1, 'a selector may have at most 65536 characters'],
    ['key', `has(${'k'.repeat(513)})`, 5, 'a key may have at most 512 characters'],
  ])('%s', (_name, text, column, message) => {
    expect(parseSelector(text)).toEqual({ kind: 'error', message, column });
  });
});

test('values are sorted by their bytes, not by their code units', () => {
  const selector = parseSelector('a in {"\u{1f600}", "\ufb01", "é", "z"}');
  expect(selector).toEqual({ kind: 'in', key: 'a', values: ['z', 'é', '\ufb01', '\u{1f600}'] });
});

test('a value that holds a double quote is printed in single ones', () => {
  const selector = parseSelector(`a == 'say "x"' && b == "it's"`);
  if (selector.kind === 'error') throw new Error(selector.message);
  expect(formatSelector(selector)).toBe(`(a == 'say "x"' && b == "it's")`);
});

function nested(depth: number): string {
  return `${'('.repeat(depth)}all()${')'.repeat(depth)}`;
}

function long(length: number): string {
  return `a == "${'x'.repeat(length - 7)}"`;
}
