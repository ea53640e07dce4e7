import type { Admin, Kafka } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import type { TopicPartition } from '../stage/ports.ts';
import { createCluster } from './cluster.ts';
import { explain } from './errors.ts';

/** Where a group begins on a partition of which it has no valid offset (contract 3, `input.from`). */
export type StartFrom = 'earliest' | 'latest' | 'stop';

/**
 * Refuses to begin anywhere but where the group left off.
 * @throws CodedError `kafka/no-offset`
 */
export async function assertContinues(
  admin: Admin,
  group: { readonly groupId: string; readonly topics: readonly string[] },
): Promise<void> {
  const { groupId, topics } = group;
  const fresh = await partitionsWithoutOffset(admin, groupId, topics);
  if (fresh.length === 0) return;
  const places = fresh.map(({ topic, partition }) => `${topic}/${partition}`).join(', ');
  throw new CodedError(
    'kafka/no-offset',
    `group \`${groupId}\` has no offset for ${places} and \`input.from\` is \`stop\`; ` +
      'set it to `earliest` or `latest`, or the offsets with kafka-consumer-groups.sh --reset-offsets',
  );
}

/**
 * Where to go on when the offset that the group wants is gone.
 * @throws CodedError `kafka/no-offset` if it must not, or why the log's ends cannot be read
 */
export async function offsetInstead(
  admin: Admin,
  from: StartFrom,
  wanted: TopicPartition & { readonly offset: number },
): Promise<number> {
  const { topic, partition, offset } = wanted;
  if (from === 'stop') {
    throw new CodedError(
      'kafka/no-offset',
      `offset ${offset} of ${topic}/${partition} is gone and \`input.from\` is \`stop\`; ` +
        'set it to `earliest` or `latest` to accept the gap',
    );
  }
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const { low, high } = ends.find((end) => end.partition === partition) ?? { low: 0, high: 0 };
    return Number(from === 'latest' ? high : low);
  } catch (error) {
    throw explain(error, `read the offsets of topic \`${topic}\``);
  }
}

/**
 * Why the group has no coordinator for us, `null` if it has one. kafkajs itself gives the same answer
 * to a missing access right as to a connection that broke.
 */
export async function coordinatorRefusal(kafka: Kafka, groupId: string): Promise<unknown> {
  const cluster = createCluster(kafka, { metadataMaxAge: 0 });
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const broker = await cluster.findControllerBroker();
    await broker.findGroupCoordinator({ groupId, coordinatorType: 0 });
    return null;
  } catch (error) {
    return error;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function partitionsWithoutOffset(
  admin: Admin,
  groupId: string,
  topics: readonly string[],
): Promise<TopicPartition[]> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return committed.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ offset }) => Number(offset) < 0)
      .map(({ partition }) => ({ topic, partition })),
  );
}
