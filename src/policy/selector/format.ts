import { unreachable } from '../../std/assert.ts';
import type { Selector } from './ast.ts';

/**
 * The canonical text of a selector (semantics 3.4). Texts that mean the same in different words stay
 * different; `!(!x)` becomes `!!x`, which reads as `x`.
 */
export function formatSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return `${selector.kind}()`;
    case 'has':
      return `has(${selector.key})`;
    case 'eq':
    case 'ne':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return `${selector.key} ${operators[selector.kind]} ${quote(selector.value)}`;
    case 'in':
    case 'notIn':
      return `${selector.key} ${operators[selector.kind]} {${selector.values.map(quote).join(', ')}}`;
    case 'not':
      return `!${formatSelector(selector.operand)}`;
    case 'and':
    case 'or':
      return `(${selector.operands.map(formatSelector).join(` ${operators[selector.kind]} `)})`;
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
  and: '&&',
  or: '||',
} as const;

function quote(value: string): string {
  return value.includes('"') ? `'${value}'` : `"${value}"`;
}
