import type { Selector } from './ast.ts';

/** The selector with `prefix` in front of every key (semantics 2.2). */
export function prefixKeys(selector: Selector, prefix: string): Selector {
  return rewrite(selector, (leaf) =>
    'key' in leaf ? { ...leaf, key: `${prefix}${leaf.key}` } : leaf,
  );
}

/** The selector with `replacement` in place of every `all()` (semantics 2.2, 2.3). */
export function replaceAll(selector: Selector, replacement: Selector): Selector {
  return rewrite(selector, (leaf) => (leaf.kind === 'all' ? replacement : leaf));
}

/** The selector with `replacement` in place of every `global()` (semantics 2.3). */
export function replaceGlobal(selector: Selector, replacement: Selector): Selector {
  return rewrite(selector, (leaf) => (leaf.kind === 'global' ? replacement : leaf));
}

/** What holds where all operands hold. */
export function and(first: Selector, ...others: readonly Selector[]): Selector {
  return others.length === 0 ? first : { kind: 'and', operands: [first, ...others] };
}

/** The keys that the selector asks for. */
export function keysOf(selector: Selector): ReadonlySet<string> {
  const keys = new Set<string>();
  rewrite(selector, (leaf) => {
    if ('key' in leaf) keys.add(leaf.key);
    return leaf;
  });
  return keys;
}

type Leaf = Exclude<Selector, { kind: 'not' | 'and' | 'or' }>;

function rewrite(selector: Selector, leafTo: (leaf: Leaf) => Selector): Selector {
  if ('operand' in selector) {
    return { kind: selector.kind, operand: rewrite(selector.operand, leafTo) };
  }
  if ('operands' in selector) {
    const operands = selector.operands.map((operand) => rewrite(operand, leafTo));
    return { kind: selector.kind, operands };
  }
  return leafTo(selector);
}
