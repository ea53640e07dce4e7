import { createRequire } from 'node:module';

import { expect, test } from 'vitest';

import { runnerPrototype, type Runner } from '../../src/kafka/internals.ts';
import { mendLateFetchers } from '../../src/kafka/late-fetchers.ts';

interface FetchManager {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const createFetchManager = createRequire(import.meta.url)('kafkajs/src/consumer/fetchManager') as (
  options: object,
) => FetchManager;

// Were it not so, this test would never end.
test('a consumer that is stopped while its fetchers are made anew ends them, too', async () => {
  mendLateFetchers();
  let brokers = [1, 2];
  const answers = new Map<number, (batches: readonly object[]) => void>();
  const logger = { namespace: () => logger, debug: () => {}, info: () => {} };
  const fetchOf = async (nodeId: number) => {
    return new Promise<readonly object[]>((resolve) => answers.set(nodeId, resolve));
  };
  const runner = Object.assign(Object.create(runnerPrototype()) as Runner, {
    running: true,
    logger,
    consumerGroup: { fetch: fetchOf, heartbeat: async () => {} },
    instrumentationEmitter: { emit: () => {} },
  });
  const fetchManager = createFetchManager({
    logger,
    getNodeIds: () => brokers,
    fetch: async (nodeId: number) => runner.fetch(nodeId),
    handler: async () => {},
  });
  Object.assign(runner, { fetchManager });
  const working = fetchManager.start();
  await expect.poll(() => answers.size).toBe(2);
  // One broker is gone, which the fetcher of the other is first to notice.
  brokers = [1];
  answers.get(2)?.([]);
  await new Promise(setImmediate);
  // The consumer is stopped while the first fetcher still waits for its answer.
  runner.running = false;
  const stopping = fetchManager.stop();
  answers.get(1)?.([]);
  await expect(Promise.all([stopping, working])).resolves.toBeDefined();
});
