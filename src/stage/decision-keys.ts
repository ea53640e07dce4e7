// Hot: measured by bench/growth/cell.ts.
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { PolicyHit, PolicyRef } from '../policy/hit.ts';

/** Gives evaluations of which all that follows is the same equal keys, without writing what follows. */
export class DecisionKeys {
  readonly #policies = new Map<string, number>();
  #byRef = new WeakMap<PolicyRef, number>();
  /** Of the few that evaluations are made of. */
  readonly #words = new Map<Word, number>();
  readonly #key = new Units();

  /** `formNumber` is that of the record; `rest` tells apart what else is written into it, 0 = nothing is. */
  keyOf(evaluation: FlowEvaluation, formNumber: number, rest: number): string {
    const key = this.#key;
    key.clear();
    key.add(formNumber);
    key.add(rest);
    this.#addWord(evaluation.direction);
    this.#addWord(evaluation.verdict);
    this.#addWord(evaluation.baseline);
    this.#addWord(evaluation.enforcedVerdict);
    this.#addWord(evaluation.change);
    this.#addWord(evaluation.flipCause);
    this.#addWord(evaluation.matchesUpstream);
    this.#addWord(evaluation.certainty);
    this.#addWords(evaluation.possibleVerdicts);
    this.#addWords(evaluation.reasons);
    this.#addHits(evaluation.decidedBy === null ? NO_HITS : [evaluation.decidedBy]);
    this.#addHits(evaluation.pending);
    this.#addHits(evaluation.flippedBy);
    for (const { policy, certainty, verdict, rule } of evaluation.solos) {
      this.#addPolicy(policy);
      this.#addWord(certainty);
      this.#addWord(verdict);
      key.add(rule === 'other' ? OTHER_RULE : rule - LEAST_RULE);
    }
    return key.text();
  }

  /** Keys are as good as new ones from now on: none is compared with one from before. */
  forget(): void {
    this.#policies.clear();
    this.#byRef = new WeakMap();
  }

  #addHits(hits: readonly PolicyHit[]): void {
    const key = this.#key;
    key.add(hits.length);
    for (const { policy, action, policyIndex, ruleIndex } of hits) {
      this.#addPolicy(policy);
      this.#addWord(action);
      key.add(policyIndex);
      key.add(ruleIndex - LEAST_RULE);
    }
  }

  /** Of the same policy the same number, though it may be another object. */
  #addPolicy(policy: PolicyRef): void {
    let number = this.#byRef.get(policy);
    if (number === undefined) {
      const { kind, tier, namespace, name } = policy;
      const text = JSON.stringify([kind, tier, namespace, name]);
      number = this.#policies.get(text) ?? this.#policies.size;
      this.#policies.set(text, number);
      this.#byRef.set(policy, number);
    }
    this.#key.add(number);
  }

  #addWords(words: readonly Word[]): void {
    this.#key.add(words.length);
    for (const word of words) this.#addWord(word);
  }

  #addWord(word: Word): void {
    let number = this.#words.get(word);
    if (number === undefined) {
      number = this.#words.size;
      this.#words.set(word, number);
    }
    this.#key.add(number);
  }
}

type Word = string | boolean | null;

const NO_HITS: readonly PolicyHit[] = [];
/** Of those that hits have: see `flow/solos.ts`. */
const LEAST_RULE = -2;
const OTHER_RULE = 0x7fff_ffff;

/** Numbers from 0 as one text: equal texts are equal numbers. */
class Units {
  #bytes = Buffer.alloc(1024);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  add(number: number): void {
    let left = number;
    // Fifteen bits a unit; one bit says that more follow.
    while (left > 0x7fff) {
      this.#put(0x8000 | (left & 0x7fff));
      left = Math.floor(left / 0x8000);
    }
    this.#put(left);
  }

  text(): string {
    return this.#bytes.toString('utf16le', 0, this.#length);
  }

  #put(unit: number): void {
    if (this.#length === this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    }
    this.#bytes[this.#length] = unit & 0xff;
    this.#bytes[this.#length + 1] = unit >>> 8;
    this.#length += 2;
  }
}
