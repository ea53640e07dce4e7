import type { Selector } from '../selector/ast.ts';
import { keyClassOf } from './key-class.ts';
import { KeyTableBuilder } from './key-table.ts';
import { packLists } from './lists.ts';
import { anchorsOf, countKeys } from './selector-anchors.ts';
import type { StringTableBuilder } from './strings.ts';
import type { SelectorTables } from './tables.ts';

/** Operations of a selector's program; behind each, what its integers are. */
export const SelectorOp = {
  /** Nothing. */
  all: 0,
  /** Key. */
  has: 1,
  /** Key, count, that many texts. */
  in: 2,
  /** Key, text. */
  contains: 3,
  startsWith: 4,
  endsWith: 5,
  /** Place of the operand. */
  not: 6,
  /** Count, that many places of operands. */
  and: 7,
  or: 8,
} as const;

/** Numbers distinct selectors and turns them into programs. */
export class SelectorTableBuilder {
  readonly #strings: StringTableBuilder;
  readonly #numbers = new Map<string, number>();
  readonly #selectors: Selector[] = [];
  readonly #keys = new KeyTableBuilder(1);
  readonly #keyTexts: string[] = [];
  readonly #code: number[] = [];

  constructor(strings: StringTableBuilder) {
    this.#strings = strings;
  }

  get count(): number {
    return this.#selectors.length;
  }

  add(selector: Selector): number {
    const text = JSON.stringify(selector);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#selectors.length;
    this.#numbers.set(text, number);
    this.#selectors.push(selector);
    return number;
  }

  finish(): SelectorTables {
    const roots = Int32Array.from(this.#selectors, (selector) => this.#emit(selector));
    const anchors = this.#anchor();
    return {
      code: Int32Array.from(this.#code),
      roots,
      keys: this.#keys.finish(),
      keyClass: Uint8Array.from(this.#keyTexts, keyClassOf),
      ...anchors,
    };
  }

  #emit(selector: Selector): number {
    if ('operands' in selector) {
      const places = selector.operands.map((operand) => this.#emit(operand));
      return this.#put([SelectorOp[selector.kind], places.length, ...places]);
    }
    if ('operand' in selector) return this.#put([SelectorOp.not, this.#emit(selector.operand)]);
    if (!('key' in selector)) return this.#put([SelectorOp.all]);
    const key = this.#key(selector.key);
    if ('values' in selector) return this.#emitIn(key, selector.values, selector.kind === 'notIn');
    if (selector.kind === 'has') return this.#put([SelectorOp.has, key]);
    if (selector.kind === 'eq' || selector.kind === 'ne') {
      return this.#emitIn(key, [selector.value], selector.kind === 'ne');
    }
    return this.#put([SelectorOp[selector.kind], key, this.#strings.add(selector.value)]);
  }

  #emitIn(key: number, values: readonly string[], isNegated: boolean): number {
    const texts = values.map((value) => this.#strings.add(value));
    const place = this.#put([SelectorOp.in, key, texts.length, ...texts]);
    return isNegated ? this.#put([SelectorOp.not, place]) : place;
  }

  #put(integers: readonly number[]): number {
    const place = this.#code.length;
    for (const integer of integers) this.#code.push(integer);
    return place;
  }

  #key(text: string): number {
    const number = this.#keys.add([this.#strings.add(text)]);
    this.#keyTexts[number] = text;
    return number;
  }

  /** Files every selector under labels of which an end must have one, so that few are ever asked. */
  #anchor() {
    const counts = countKeys(this.#selectors);
    const anchors = new KeyTableBuilder(2);
    const byAnchor: number[][] = [];
    const byAnchorKey: number[][] = this.#keyTexts.map(() => []);
    const unanchored: number[] = [];
    this.#selectors.forEach((selector, number) => {
      const found = anchorsOf(selector, counts);
      if (found === null) unanchored.push(number);
      for (const { key, value } of found ?? []) {
        const keyNumber = this.#key(key);
        const text = value === null ? -1 : this.#strings.add(value);
        (byAnchor[anchors.add([keyNumber, text])] ??= []).push(number);
        const ofKey = (byAnchorKey[keyNumber] ??= []);
        if (ofKey.at(-1) !== number) ofKey.push(number);
      }
    });
    return {
      anchors: anchors.finish(),
      byAnchor: packLists(byAnchor),
      byAnchorKey: packLists(byAnchorKey),
      unanchored: Int32Array.from(unanchored),
    };
  }
}
