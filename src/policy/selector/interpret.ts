import { unreachable } from '../../std/assert.ts';
import type { LabelTest, Selector } from './ast.ts';

/** Whether the labels that `lookup` answers for (`undefined` = no such label) fit (semantics 3.3). */
export function matches(selector: Selector, lookup: (key: string) => string | undefined): boolean {
  if ('key' in selector) return holds(selector, lookup(selector.key));
  switch (selector.kind) {
    case 'all':
    case 'global':
      return true;
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

function holds(test: LabelTest, label: string | undefined): boolean {
  if (label === undefined) return test.kind === 'ne' || test.kind === 'notIn';
  switch (test.kind) {
    case 'has':
      return true;
    case 'eq':
      return label === test.value;
    case 'ne':
      return label !== test.value;
    case 'contains':
      return label.includes(test.value);
    case 'startsWith':
      return label.startsWith(test.value);
    case 'endsWith':
      return label.endsWith(test.value);
    case 'in':
      return test.values.includes(label);
    case 'notIn':
      return !test.values.includes(label);
    default:
      return unreachable(test);
  }
}
