import type { Selector } from './ast.ts';

/** Labels that whatever is selected must have, each with one of the values that will do. */
export type Requirements = ReadonlyMap<string, readonly string[]>;

/**
 * What a selector asks of single labels without an alternative: no more than a part of all it asks, so
 * that selectors whose requirements contradict each other have nothing in common.
 */
export function requirementsOf(selector: Selector): Requirements {
  const found = new Map<string, readonly string[]>();
  const require = (key: string, values: readonly string[]): void => {
    found.set(key, found.get(key)?.filter((value) => values.includes(value)) ?? values);
  };
  const collect = (part: Selector): void => {
    if (part.kind === 'and') part.operands.forEach(collect);
    else if (part.kind === 'eq') require(part.key, [part.value]);
    else if (part.kind === 'in') require(part.key, part.values);
  };
  collect(selector);
  return found;
}
