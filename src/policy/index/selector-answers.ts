// (hot for new identities) Measured by bench/micro/evaluate.bench.ts.
import { least, most, negate } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { setBit } from './bits.ts';
import { setTernary, type TernaryBits } from './ternary-bits.ts';
import type { ItemFacts } from './item.ts';
import { KeyClass } from './key-class.ts';
import { findKey } from './key-table.ts';
import { listOf } from './lists.ts';
import { SelectorOp } from './selector-code.ts';
import type { StringTable } from './strings.ts';
import type { SelectorTables } from './tables.ts';

/** Which selectors an item matches, and what left the others open. */
export interface SelectorAnswers extends TernaryBits {
  readonly why: readonly Why[];
}

/** Selectors that are open for one reason. `gap` is a single bit of `Gap`, of the source's where there are two. */
export interface Why {
  readonly gap: number;
  readonly columns: Int32Array;
}

/** Asks an item's labels every selector that its labels do not rule out at once. */
export class SelectorEvaluator {
  readonly #tables: SelectorTables;
  readonly #strings: StringTable;
  readonly #words: number;
  /** Where open answers are put together; what all items share that leave none open. */
  readonly #maybe: Int32Array;
  readonly #nothing: Int32Array;
  /** By key: number of the value's text, or one of the constants below. */
  readonly #values: Int32Array;
  readonly #texts: string[];
  readonly #gaps: Int32Array;
  #met = 0;

  constructor(tables: SelectorTables, strings: StringTable) {
    this.#tables = tables;
    this.#strings = strings;
    this.#words = Math.ceil(tables.roots.length / 32);
    this.#maybe = new Int32Array(this.#words);
    this.#nothing = new Int32Array(this.#words);
    const keys = tables.keyClass.length;
    this.#values = new Int32Array(keys);
    this.#texts = Array.from({ length: keys }, () => '');
    this.#gaps = new Int32Array(keys);
  }

  answersOf(facts: ItemFacts): SelectorAnswers {
    const { byAnchor, byAnchorKey, anchors, unanchored, keyClass } = this.#tables;
    const answers: Answers = { yes: new Int32Array(this.#words), maybe: this.#maybe, why: [] };
    const present = this.#learn(facts);
    this.#askAll(unanchored, answers);
    for (const key of present) {
      this.#askAll(listOf(byAnchor, findKey(anchors, [key, -1])), answers);
      const text = this.#values[key] ?? ABSENT;
      if (text >= 0) this.#askAll(listOf(byAnchor, findKey(anchors, [key, text])), answers);
    }
    if (facts.isNamespaceUnknown || facts.absent.some((gap) => gap !== 0)) {
      for (let key = 0; key < keyClass.length; key++) {
        const value = this.#values[key] ?? ABSENT;
        if (value === UNKNOWN || value === SOME) this.#askAll(listOf(byAnchorKey, key), answers);
      }
    }
    if (answers.why.length === 0) return { ...answers, maybe: this.#nothing };
    const maybe = this.#maybe.slice();
    this.#maybe.fill(0);
    return { ...answers, maybe };
  }

  /** The key of a label that leaves the selector open; -1 = none does. */
  openKeyOf(facts: ItemFacts, selector: number): number {
    this.#learn(facts);
    return this.#openKeyAt(this.#tables.roots[selector]!);
  }

  #openKeyAt(at: number): number {
    if (this.#answer(at) !== MAYBE) return -1;
    const { code } = this.#tables;
    const op = code[at];
    if (op === SelectorOp.not) return this.#openKeyAt(code[at + 1]!);
    if (op !== SelectorOp.and && op !== SelectorOp.or) return code[at + 1]!;
    const operands = code.subarray(at + 2, at + 2 + code[at + 1]!);
    // INVARIANT: what is open has an operand that is.
    return this.#openKeyAt(operands.find((operand) => this.#answer(operand) === MAYBE)!);
  }

  /** Spreads the labels out by key; the keys that are present come back. */
  #learn({ labels, absent, isNamespaceUnknown }: ItemFacts): number[] {
    const { keyClass, keys } = this.#tables;
    for (let key = 0; key < keyClass.length; key++) {
      const gap = absent[keyClass[key] ?? 0] ?? 0;
      this.#values[key] = gap === 0 ? ABSENT : UNKNOWN;
      if (isNamespaceUnknown && keyClass[key] === KeyClass.namespace) this.#values[key] = SOME;
      this.#gaps[key] = gap;
    }
    const present: number[] = [];
    for (const [name, text] of labels) {
      const key = findKey(keys, [this.#strings.numberOf(name)]);
      if (key < 0) continue;
      if (text === null) {
        this.#values[key] = ABSENT;
        continue;
      }
      const value = this.#strings.numberOf(text);
      this.#values[key] = value < 0 ? OTHER : value;
      this.#texts[key] = text;
      present.push(key);
    }
    return present;
  }

  #askAll(selectors: Int32Array, answers: Answers): void {
    const { roots } = this.#tables;
    for (const selector of selectors) {
      this.#met = 0;
      const answer = this.#answer(roots[selector]!);
      setTernary(answers, selector, answer);
      if (answer === MAYBE) this.#explain(answers.why, selector);
    }
  }

  #answer(at: number): Ternary {
    const { code } = this.#tables;
    const op = code[at];
    if (op === SelectorOp.all) return YES;
    if (op === SelectorOp.and) return this.#all(at);
    if (op === SelectorOp.or) return this.#any(at);
    if (op === SelectorOp.not) return negate(this.#answer(code[at + 1]!));
    return this.#ask(at);
  }

  #all(at: number): Ternary {
    const { code } = this.#tables;
    const end = at + 2 + code[at + 1]!;
    let answer: Ternary = YES;
    for (let i = at + 2; i < end && answer !== NO; i++) {
      answer = least(answer, this.#answer(code[i]!));
    }
    return answer;
  }

  #any(at: number): Ternary {
    const { code } = this.#tables;
    const end = at + 2 + code[at + 1]!;
    let answer: Ternary = NO;
    for (let i = at + 2; i < end && answer !== YES; i++) {
      answer = most(answer, this.#answer(code[i]!));
    }
    return answer;
  }

  #ask(at: number): Ternary {
    const { code } = this.#tables;
    const op = code[at];
    const key = code[at + 1]!;
    const value = this.#values[key]!;
    if (value === ABSENT) return NO;
    if (value === UNKNOWN || (value === SOME && op !== SelectorOp.has)) {
      this.#met |= this.#gaps[key]!;
      return op === SelectorOp.in && code[at + 2] === 0 ? NO : MAYBE;
    }
    if (op === SelectorOp.has) return YES;
    if (op === SelectorOp.in) return this.#isIn(at, value) ? YES : NO;
    return this.#compare(op, this.#texts[key]!, this.#strings.textOf(code[at + 2]!));
  }

  #isIn(at: number, value: number): boolean {
    const { code } = this.#tables;
    const end = at + 3 + code[at + 2]!;
    for (let i = at + 3; i < end; i++) if (code[i] === value) return true;
    return false;
  }

  #explain(why: Why[], selector: number): void {
    for (let rest = this.#met; rest !== 0; rest &= rest - 1) {
      const gap = rest & -rest;
      let found = why.find((one) => one.gap === gap);
      if (found === undefined) {
        found = { gap, columns: new Int32Array(this.#words) };
        why.push(found);
      }
      setBit(found.columns, selector);
    }
  }

  #compare(op: number | undefined, text: string, operand: string): Ternary {
    if (op === SelectorOp.contains) return text.includes(operand) ? YES : NO;
    if (op === SelectorOp.startsWith) return text.startsWith(operand) ? YES : NO;
    return text.endsWith(operand) ? YES : NO;
  }
}

/** The label is not there; it may be there; it is there with an unknown text; with a text no selector names. */
const ABSENT = -1;
const UNKNOWN = -2;
const SOME = -3;
const OTHER = -4;

type Answers = SelectorAnswers & { readonly why: Why[] };
