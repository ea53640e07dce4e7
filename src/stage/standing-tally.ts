import { Tally } from './tally.ts';

/** What waits is bounded: so many evaluations take a few ms to settle. */
const evaluationsMax = 32_768;

/**
 * Adds up the tallies of many batches, since the same is charged again and again, and gives the sum to whoever
 * counts when that is asked for, or when too much waits.
 */
export class StandingTally {
  readonly #count: (sum: Tally) => void;
  #sum = new Tally();

  constructor(count: (sum: Tally) => void) {
    this.#count = count;
  }

  /** Returns the newest event time of what is added. */
  add(tally: Tally): number | null {
    const newestMs = this.#sum.merge(tally);
    if (this.#sum.size > evaluationsMax) this.settle();
    return newestMs;
  }

  settle(): void {
    const sum = this.#sum;
    this.#sum = new Tally();
    this.#count(sum);
  }
}
