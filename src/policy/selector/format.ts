import { unreachable } from '../../std/assert.ts';
import type { LabelTest, Selector } from './ast.ts';

/**
 * The canonical text of a selector (semantics 3.4). Texts that mean the same in different words stay
 * different; `!(!x)` becomes `!!x`, which reads as `x`.
 */
export function formatSelector(selector: Selector): string {
  if ('key' in selector) return formatTest(selector);
  switch (selector.kind) {
    case 'all':
    case 'global':
      return `${selector.kind}()`;
    case 'not':
      return `!${formatSelector(selector.operand)}`;
    case 'and':
      return `(${selector.operands.map(formatSelector).join(' && ')})`;
    case 'or':
      return `(${selector.operands.map(formatSelector).join(' || ')})`;
    default:
      return unreachable(selector);
  }
}

const operators = {
  eq: '==',
  ne: '!=',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
  in: 'in',
  notIn: 'not in',
} as const;

function formatTest(test: LabelTest): string {
  if (test.kind === 'has') return `has(${test.key})`;
  const right = 'value' in test ? quote(test.value) : `{${test.values.map(quote).join(', ')}}`;
  return `${test.key} ${operators[test.kind]} ${right}`;
}

function quote(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}
