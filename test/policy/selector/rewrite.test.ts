import { describe, expect, test } from 'vitest';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';
import {
  and,
  keysOf,
  prefixKeys,
  replaceAll,
  replaceGlobal,
} from '../../../src/policy/selector/rewrite.ts';

const namespaced: Selector = { kind: 'has', key: 'projectcalico.org/namespace' };

describe('rewriting', () => {
  test('every key gets the prefix, wherever it stands', () => {
    const prefixed = prefixKeys(read(`k == 'v' && !(has(a) || b in {'x'} || all())`), 'pcns.');
    expect(formatSelector(prefixed)).toBe(
      '(pcns.k == "v" && !(has(pcns.a) || pcns.b in {"x"} || all()))',
    );
  });

  test('all() is replaced, text in quotes that reads like it is not', () => {
    const replaced = replaceAll(read(`a == 'all()' && !all() && global()`), namespaced);
    expect(formatSelector(replaced)).toBe(
      '(a == "all()" && !has(projectcalico.org/namespace) && global())',
    );
  });

  test('global() is replaced, all() is not', () => {
    const replaced = replaceGlobal(read('global() || all()'), { kind: 'not', operand: namespaced });
    expect(formatSelector(replaced)).toBe('(!has(projectcalico.org/namespace) || all())');
  });

  test('a conjunction of one is that one', () => {
    expect(and(namespaced)).toBe(namespaced);
    expect(formatSelector(and(read('has(a) || has(b)'), read('has(c)'), namespaced))).toBe(
      '((has(a) || has(b)) && has(c) && has(projectcalico.org/namespace))',
    );
  });

  test('the keys are those of all parts', () => {
    expect([...keysOf(read('!(has(a) || b == "x") && c in {} && a != "all()" && all()'))]).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

function read(text: string): Selector {
  const selector = parseSelector(text);
  if (selector.kind === 'error') throw new Error(selector.message);
  return selector;
}
