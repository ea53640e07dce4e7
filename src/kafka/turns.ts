import { setImmediate as nextTurn } from 'node:timers/promises';

/** Lets those who have much to do at once do it one after the other, and the event loop have its turn between any two. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn, in the order of asking. */
  async next(): Promise<void> {
    const mine = this.#last.then(async () => nextTurn());
    this.#last = mine;
    return mine;
  }
}
