import { type BrokerHarness, startBroker } from '../../test/support/broker/harness.ts';

/** Of topics: what has been read is soon deleted, so that hours of load fit on a disk. */
export const shortLived = {
  'segment.bytes': '33554432',
  'retention.bytes': '67108864',
  'retention.ms': '60000',
} as const;

/** A broker for benches that looks often enough for what is to be deleted. */
export async function startTidyBroker(): Promise<BrokerHarness> {
  const extra = { 'log.retention.check.interval.ms': '1000' };
  return startBroker({ brokers: 1, profile: 'bench', extra });
}
