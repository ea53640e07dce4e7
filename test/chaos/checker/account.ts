/** Which of the two topics an outcome lies in. */
export type Outcome = 'output' | 'deadLetter';

/** What is known of one partition of the input: which records there are and what became of them. */
export class PartitionAccount {
  /** Fingerprints by offset; a partition without transactions has no gaps. */
  readonly #inputs: number[] = [];
  readonly #expected: Outcome[] = [];
  readonly #isAnswered: boolean[] = [];
  readonly #lastFirst: Record<Outcome, number> = { output: -1, deadLetter: -1 };
  #settled = 0;

  get inputs(): number {
    return this.#inputs.length;
  }

  /** Every record below this offset has an outcome. */
  get settled(): number {
    return this.#settled;
  }

  addInput(offset: number, fingerprint: number, expected: Outcome): void {
    if (offset !== this.#inputs.length) throw new Error(`the input jumps to offset ${offset}`);
    this.#inputs.push(fingerprint);
    this.#expected.push(expected);
    this.#isAnswered.push(false);
  }

  /** An outcome of a record that has been added, in the order of its topic. */
  addOutcome(
    offset: number,
    fingerprint: number,
    outcome: Outcome,
  ): { readonly isFirst: boolean; readonly isInOrder: boolean; readonly isSame: boolean } {
    const isSame = this.#inputs[offset] === fingerprint && this.#expected[offset] === outcome;
    const isFirst = this.#isAnswered[offset] === false;
    const isInOrder = !isFirst || offset > this.#lastFirst[outcome];
    if (isFirst) {
      this.#isAnswered[offset] = true;
      this.#lastFirst[outcome] = Math.max(this.#lastFirst[outcome], offset);
      while (this.#isAnswered[this.#settled] === true) this.#settled += 1;
    }
    return { isFirst, isInOrder, isSame };
  }

  /** Offsets of records without an outcome. */
  missing(): number[] {
    return this.#isAnswered.flatMap((isAnswered, offset) => (isAnswered ? [] : [offset]));
  }
}
