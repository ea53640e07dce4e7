// As in the broker tests, but with sessions that last on two cores on which three brokers and several stages run.
import { kafkaTimingDefault } from '../../../src/kafka/settings.ts';

await import('../../support/broker/hasty-timing.ts');
Object.assign(kafkaTimingDefault, { sessionTimeoutMs: 5000, heartbeatIntervalMs: 500 });
