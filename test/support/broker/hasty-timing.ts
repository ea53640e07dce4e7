// Loaded before a stage that is to be tried: what a client waits for is as short as the test broker
// allows, so that a fault is over in seconds. Nothing else of the stage is touched.
import { kafkaTimingDefault } from '../../../src/kafka/settings.ts';

Object.assign(kafkaTimingDefault, {
  connectionTimeoutMs: 1000,
  requestTimeoutMs: 5000,
  sessionTimeoutMs: 4000,
  heartbeatIntervalMs: 400,
  rebalanceTimeoutMs: 8000,
});
