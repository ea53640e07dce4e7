import type { Knowledge } from '../evaluator/facts.ts';
import type { PolicyRef } from '../hit.ts';
import type { LabelFacts } from './candidate.ts';
import { calicoKeys, KeyClass, keyClassOf } from './key-class.ts';
import { policyLists, type PolicyLists } from './policy-lists.ts';
import type { SelectorAnswers, SelectorEvaluator } from './selector-answers.ts';
import type { PolicyTables } from './tables.ts';

/** Labels by key; `null` = there is certainly none. */
export type KnownLabels = ReadonlyMap<string, string | null>;

/** What is known of an item's labels. `labels` are the effective ones, inherited ones included. */
export interface ItemFacts {
  readonly labels: KnownLabels;
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

/** What an item is made of. */
export interface ItemSource {
  /** Number in the table of items, or the words of a record. */
  readonly from: number | LabelFacts;
  /** Labels that were unknown and are tried out. */
  readonly settled: KnownLabels;
  /** Names of the profiles that it inherits labels from. */
  readonly handedDownBy: readonly string[];
}

export interface ItemParts {
  readonly id: number;
  readonly source: ItemSource;
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
  readonly source: ItemSource;
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
    this.source = parts.source;
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

  /** The key of a label that leaves the selector open; -1 = none does. */
  openKeyOf(selector: number, knowledge: Knowledge): number {
    return this.#evaluator.openKeyOf(this.#factsBy(knowledge), selector);
  }

  /** The text of a label; `null` = it certainly has none of this key, `undefined` = nobody knows. */
  labelOf(key: string, knowledge: Knowledge): string | null | undefined {
    const known = this.#factsBy(knowledge).labels.get(key);
    if (known !== undefined) return known;
    return this.opennessOf(key, knowledge) === 'known' ? null : undefined;
  }

  /** Whether it may have a label of this key, or not; and whether, if so, it certainly has one. */
  opennessOf(key: string, knowledge: Knowledge): 'known' | 'unknown' | 'value-unknown' {
    const { labels, absent, isNamespaceUnknown } = this.#factsBy(knowledge);
    if (labels.has(key)) return 'known';
    const keyClass = keyClassOf(key);
    if (isNamespaceUnknown && keyClass === KeyClass.namespace) return 'value-unknown';
    return (absent[keyClass] ?? 0) === 0 ? 'known' : 'unknown';
  }

  /**
   * The profile whose label this is; `null` = the item's own, or unknown. A service account that is only tried
   * out stands for others too, which need not have the same labels.
   */
  originOf(key: string): string | null {
    const keyClass = keyClassOf(key);
    const { handedDownBy, settled } = this.source;
    const startingWith = (prefix: string) =>
      handedDownBy.find((name) => name.startsWith(prefix)) ?? null;
    if (keyClass === KeyClass.ofNamespace) return startingWith('kns.');
    const isTried = settled.has(calicoKeys.serviceAccount);
    return keyClass === KeyClass.ofServiceAccount && !isTried ? startingWith('ksa.') : null;
  }

  #factsBy(knowledge: Knowledge): ItemFacts {
    return knowledge === 'strict' ? this.#parts.strict : this.#parts.assuming;
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
