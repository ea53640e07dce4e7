/** Runs work one at a time in each lane, in the order of asking; lanes do not wait for each other. */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Resolves or rejects as `work` does. A failure does not close the lane. */
  async run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(lane) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.then(ignore, ignore);
    this.#tails.set(lane, tail);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
    }
  }
}

function ignore(): void {}
