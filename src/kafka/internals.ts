// The one door to modules that kafkajs does not export. kafkajs is pinned to 2.2.4 and no longer
// changes; test/kafka/internals.test.ts fails if a door is gone.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The part of kafkajs's request queue that `patches.ts` mends. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/** The prototype that every request queue of every connection shares. */
export function requestQueuePrototype(): RequestQueue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  return queue.prototype;
}
