import { runnerPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/**
 * A consumer has a fetcher for each broker, and makes them anew when brokers come or go. If it is stopped at that moment
 * kafkajs stops those of before; the new ones are told again and again, at once, that there is nothing to fetch, and
 * nothing else in the process ever has its turn: it does not even end. Who asks of a consumer that was stopped is stopped.
 */
export const mendLateFetchers = once((): void => {
  const runner = runnerPrototype();
  const { fetch } = runner;
  runner.fetch = async function fetchUnlessStopped(nodeId): Promise<readonly object[]> {
    // Nobody waits for it: it waits for the fetcher that asks.
    if (!this.running) void this.fetchManager.stop();
    return fetch.call(this, nodeId);
  };
});
