import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Pair } from 'yaml';
import type { DocumentLimits } from './source.ts';
import { shown } from './shown.ts';

/** Plain data, or the first thing that makes a document unfit, with its offset. */
export type PlainOutcome =
  | { readonly value: unknown }
  | { readonly offset: number; readonly message: string };

/** Turns the nodes of one YAML document into plain data, within limits; for one use. */
export class YamlPlainer {
  readonly #limits: DocumentLimits;
  readonly #anchors = new Map<string, Anchored>();
  #aliases = 0;
  #nodes = 0;

  constructor(limits: DocumentLimits) {
    this.#limits = limits;
  }

  convert(root: unknown): PlainOutcome {
    try {
      return { value: this.#plain(root, 0) };
    } catch (error) {
      if (error instanceof Unfit) return { offset: error.offset, message: error.message };
      throw error;
    }
  }

  #plain(node: unknown, depth: number): unknown {
    if (depth > this.#limits.depthMax) {
      throw new Unfit(node, `nested more than ${this.#limits.depthMax} levels deep`);
    }
    this.#count(node, 1);
    if (isAlias(node)) return this.#aliased(node);
    const before = this.#nodes;
    const value = this.#bare(node, depth);
    const anchor = anchorOf(node);
    if (anchor !== null) this.#anchors.set(anchor, { value, nodes: this.#nodes - before + 1 });
    return value;
  }

  #bare(node: unknown, depth: number): unknown {
    if (isMap(node)) return this.#mapping(node.items, depth);
    if (isSeq(node)) return node.items.map((item) => this.#plain(item, depth + 1));
    return isScalar(node) ? node.value : null;
  }

  #mapping(pairs: readonly Pair[], depth: number): object {
    const entries = new Map<string, unknown>();
    for (const { key, value } of pairs) {
      const name = keyText(key);
      if (entries.has(name)) throw new Unfit(key, `the key ${shown(name)} is given twice`);
      entries.set(name, this.#plain(value, depth + 1));
    }
    // Not by assignment: a key `__proto__` becomes a member like any other.
    return Object.fromEntries(entries);
  }

  #aliased(alias: { readonly source: string }): unknown {
    this.#aliases += 1;
    if (this.#aliases > this.#limits.aliasesMax) {
      throw new Unfit(alias, `more than ${this.#limits.aliasesMax} aliases`);
    }
    const anchored = this.#anchors.get(alias.source);
    if (anchored === undefined) {
      throw new Unfit(alias, `the alias \`*${alias.source}\` has no anchor before it`);
    }
    this.#count(alias, anchored.nodes);
    return anchored.value;
  }

  #count(node: unknown, nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > this.#limits.nodesMax) {
      throw new Unfit(node, `more than ${this.#limits.nodesMax} values, aliases written out`);
    }
  }
}

interface Anchored {
  readonly value: unknown;
  readonly nodes: number;
}

/** Ends the conversion from any depth; never leaves this file. */
class Unfit extends Error {
  readonly offset: number;

  constructor(node: unknown, message: string) {
    super(message);
    this.offset = offsetOf(node);
  }
}

function keyText(key: unknown): string {
  if (!isScalar(key)) throw new Unfit(key, 'a key must be a plain word, not a list or a mapping');
  return String(key.value);
}

function anchorOf(node: unknown): string | null {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.anchor ?? null) : null;
}

function offsetOf(node: unknown): number {
  if (isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)) return node.range?.[0] ?? 0;
  return 0;
}
