import { setImmediate as nextTurn } from 'node:timers/promises';

import { Lanes } from './lanes.ts';

/** Lets those who have much to do at once do it one after the other, and the event loop have its turn between any two. */
export class Turns {
  readonly #lanes = new Lanes();

  /** Resolves when it is the caller's turn, in the order of asking. */
  async next(): Promise<void> {
    return this.#lanes.run('', async () => nextTurn());
  }
}
