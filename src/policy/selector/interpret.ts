import { unreachable } from '../../std/assert.ts';
import type { Selector } from './ast.ts';

/** Whether the labels that `lookup` answers for (`undefined` = no such label) fit (semantics 3.3). */
export function matches(selector: Selector, lookup: (key: string) => string | undefined): boolean {
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true;
    case 'has':
      return lookup(selector.key) !== undefined;
    case 'eq':
      return lookup(selector.key) === selector.value;
    case 'ne':
      return lookup(selector.key) !== selector.value;
    case 'contains':
      return lookup(selector.key)?.includes(selector.value) ?? false;
    case 'startsWith':
      return lookup(selector.key)?.startsWith(selector.value) ?? false;
    case 'endsWith':
      return lookup(selector.key)?.endsWith(selector.value) ?? false;
    case 'in':
      return isOneOf(selector.values, lookup(selector.key));
    case 'notIn':
      return !isOneOf(selector.values, lookup(selector.key));
    case 'not':
      return !matches(selector.operand, lookup);
    case 'and':
      return selector.operands.every((operand) => matches(operand, lookup));
    case 'or':
      return selector.operands.some((operand) => matches(operand, lookup));
    default:
      return unreachable(selector);
  }
}

function isOneOf(values: readonly string[], value: string | undefined): boolean {
  return value !== undefined && values.includes(value);
}
