import { type ConsumerGroup, consumerGroupPrototype, type FetchedBatch } from './internals.ts';
import { protocolError } from './protocol-error.ts';
import { once } from '../std/once.ts';

const unknownMember = 25;
/**
 * A consumer that its group has forgotten drops its member id and joins again. Where that fails, kafkajs goes on
 * with the partitions it had: without an id it sends no heartbeat, so nobody ever tells it that they are
 * another's. It would work on them beside their owner for ever; so a consumer without an id is told by us.
 */
export const mendStrangers = once((): void => {
  const group = consumerGroupPrototype();
  const { fetch, heartbeat } = group;
  group.fetch = async function fetchAsMember(nodeId): Promise<readonly FetchedBatch[]> {
    assertMember(this);
    return fetch.call(this, nodeId);
  };
  group.heartbeat = async function beatAsMember(options): Promise<void> {
    assertMember(this);
    return heartbeat.call(this, options);
  };
});

function assertMember({ memberId }: ConsumerGroup): void {
  if (memberId === null || memberId === '') throw protocolError(unknownMember);
}
