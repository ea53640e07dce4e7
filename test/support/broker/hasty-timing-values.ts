import type { KafkaTiming } from '../../../src/kafka/settings.ts';

/** What a client waits for, as short as the test broker allows, so that a fault is over in seconds. */
export const hastyTiming: Partial<KafkaTiming> = {
  connectionTimeoutMs: 1000,
  requestTimeoutMs: 5000,
  sessionTimeoutMs: 4000,
  heartbeatIntervalMs: 400,
  rebalanceTimeoutMs: 8000,
  fetchWaitMs: 250,
};
