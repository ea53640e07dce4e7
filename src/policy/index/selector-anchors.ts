import type { Selector } from '../selector/ast.ts';

/** A label that an end may need to have: the key with this value, or with any (`null`). */
export interface Anchor {
  readonly key: string;
  readonly value: string | null;
}

/** How often selectors ask for a label, by `anchorText`. */
export type AnchorCounts = ReadonlyMap<string, number>;

/**
 * Labels of which an end must have at least one for the selector to hold: empty if it never holds,
 * null if it may hold without any. Of an `and` the operand is taken whose labels are rarest.
 */
export function anchorsOf(selector: Selector, counts: AnchorCounts): readonly Anchor[] | null {
  if (selector.kind === 'and') {
    return rarest(
      selector.operands.map((operand) => anchorsOf(operand, counts)),
      counts,
    );
  }
  if (selector.kind === 'or') {
    return anyOf(selector.operands.map((operand) => anchorsOf(operand, counts)));
  }
  if (selector.kind === 'ne' || selector.kind === 'notIn' || !('key' in selector)) return null;
  const { key } = selector;
  if (selector.kind === 'in') return selector.values.map((value) => ({ key, value }));
  return [{ key, value: selector.kind === 'eq' ? selector.value : null }];
}

/** Counts the labels that selectors ask for. */
export function countKeys(selectors: readonly Selector[]): AnchorCounts {
  const counts = new Map<string, number>();
  const count = (selector: Selector): void => {
    if (selector.kind === 'and' || selector.kind === 'or') {
      for (const operand of selector.operands) count(operand);
      return;
    }
    for (const anchor of anchorsOf(selector, NONE) ?? []) {
      for (const text of [anchorText(anchor), anchorText({ ...anchor, value: null })]) {
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
  };
  for (const selector of selectors) count(selector);
  return counts;
}

const NONE: AnchorCounts = new Map();

function anchorText({ key, value }: Anchor): string {
  return value === null ? key : `${key} ${value}`;
}

function rarest(
  choices: readonly (readonly Anchor[] | null)[],
  counts: AnchorCounts,
): readonly Anchor[] | null {
  let best: readonly Anchor[] | null = null;
  let bestCost = Infinity;
  for (const anchors of choices) {
    if (anchors === null) continue;
    const cost = anchors.reduce((sum, one) => sum + (counts.get(anchorText(one)) ?? 0), 0);
    if (cost < bestCost || best === null) {
      best = anchors;
      bestCost = cost;
    }
  }
  return best;
}

function anyOf(choices: readonly (readonly Anchor[] | null)[]): readonly Anchor[] | null {
  const all: Anchor[] = [];
  for (const anchors of choices) {
    if (anchors === null) return null;
    all.push(...anchors);
  }
  return all;
}
