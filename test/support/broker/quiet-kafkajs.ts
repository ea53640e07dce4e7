import { createRequire } from 'node:module';

import kafkajs from 'kafkajs';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/**
 * kafkajs as it comes, but for a timer of 1 ms that each of its connections re-arms for ever and of
 * which Node warns: whoever prepares or checks a test shares no patch with the stage.
 */
export function quietKafkajs(): typeof kafkajs {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    readonly prototype: RequestQueue & { isQuiet?: boolean };
  };
  if (prototype.isQuiet === true) return kafkajs;
  prototype.isQuiet = true;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhenNeeded(): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
  return kafkajs;
}
