import { once } from '../std/once.ts';
import { requestQueuePrototype, type RequestQueue } from './internals.ts';

/** How often requests under way are looked at for their time-outs, and how often at least within one. */
const lookEveryMs = 1000;
const looksInTime = 10;

/**
 * Every connection of kafkajs re-arms a timer of 1 ms for ever, and the first one makes Node warn of a negative
 * time-out: it is needed only while a request waits or the broker throttles. And each looks for requests that
 * took too long ten times a second, where a time-out has thirty of them.
 */
export const quietRequestQueues = once((): void => {
  const queue = requestQueuePrototype();
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function scheduleWhenNeeded(): void {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    schedule.call(this);
  };
  queue.scheduleRequestTimeoutCheck = lookSeldom;
});

function lookSeldom(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  const look = (): void => {
    const nowMs = Date.now();
    for (const request of this.inflight.values()) {
      if (nowMs - request.sentAt > request.requestTimeout) request.timeoutRequest();
    }
    if (!this.isConnected()) this.destroy();
  };
  this.requestTimeoutIntervalId = setInterval(
    look,
    Math.min(this.requestTimeout / looksInTime, lookEveryMs),
  );
}
