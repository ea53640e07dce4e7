import type { Knowledge } from '../evaluator/facts.ts';
import type { PolicyRef } from '../hit.ts';
import { policyLists, type PolicyLists } from './policy-lists.ts';
import type { SelectorAnswers, SelectorEvaluator } from './selector-answers.ts';
import type { PolicyTables } from './tables.ts';

/** What is known of an item's labels. `labels` are the effective ones, inherited ones included. */
export interface ItemFacts {
  readonly labels: ReadonlyMap<string, string>;
  /** By `KeyClass`, what it means that a label is not among `labels`: 0 = it is absent, else bits of `Gap`. */
  readonly absent: readonly number[];
  /** It is in some namespace, but nobody knows in which. */
  readonly isNamespaceUnknown: boolean;
}

/** Rules that an endpoint reaches after the last tier: a row of the table, under the name that hits carry. */
export interface ProfileUse {
  readonly policy: PolicyRef;
  readonly row: number;
}

export interface ItemParts {
  readonly id: number;
  readonly isWorkload: boolean;
  readonly strict: ItemFacts;
  /** The same object where nothing is assumed. */
  readonly assuming: ItemFacts;
  /** `null` = unknown. */
  readonly profiles: readonly ProfileUse[] | null;
  /** Triples of text, protocol and port; `null` = unknown. */
  readonly ports: Int32Array | null;
}

/** One thing that can own or contain an address: a workload, a host, a network set, or the words of a record. */
export class Item {
  readonly id: number;
  readonly isWorkload: boolean;
  readonly hasAssumptions: boolean;
  readonly profiles: readonly ProfileUse[] | null;
  readonly ports: Int32Array | null;
  readonly #parts: ItemParts;
  readonly #evaluator: SelectorEvaluator;
  readonly #policies: PolicyTables;
  #strict: Answered | null = null;
  #assuming: Answered | null = null;

  constructor(parts: ItemParts, evaluator: SelectorEvaluator, policies: PolicyTables) {
    this.id = parts.id;
    this.isWorkload = parts.isWorkload;
    this.hasAssumptions = parts.strict !== parts.assuming;
    this.profiles = parts.profiles;
    this.ports = parts.ports;
    this.#parts = parts;
    this.#evaluator = evaluator;
    this.#policies = policies;
  }

  answers(knowledge: Knowledge): SelectorAnswers {
    return this.#answered(knowledge).answers;
  }

  /** The policies that select it. */
  policies(knowledge: Knowledge): PolicyLists {
    const answered = this.#answered(knowledge);
    return (answered.lists ??= policyLists(answered.answers, this.#policies));
  }

  #answered(knowledge: Knowledge): Answered {
    const { strict, assuming } = this.#parts;
    if (knowledge === 'strict' || strict === assuming) {
      return (this.#strict ??= { answers: this.#evaluator.answersOf(strict), lists: null });
    }
    return (this.#assuming ??= { answers: this.#evaluator.answersOf(assuming), lists: null });
  }
}

interface Answered {
  readonly answers: SelectorAnswers;
  lists: PolicyLists | null;
}
