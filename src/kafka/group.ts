import type { Admin } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import type { TopicPartition } from '../stage/ports.ts';
import { explain } from './errors.ts';

/** Where a group begins on a partition of which it has no valid offset (contract 3, `input.from`). */
export type StartFrom = 'earliest' | 'latest' | 'stop';

/** The offset a group has committed for each partition of the topics; -1 = none. */
export type CommittedOffsets = readonly (readonly [TopicPartition, number])[];

/**
 * Asks the coordinator what the group has committed.
 * @throws CodedError
 */
export async function fetchCommitted(
  admin: Admin,
  group: { readonly groupId: string; readonly topics: readonly string[] },
): Promise<CommittedOffsets> {
  try {
    const answer = await admin.fetchOffsets({ groupId: group.groupId, topics: [...group.topics] });
    return answer.flatMap(({ topic, partitions }) =>
      partitions.map(
        ({ partition, offset }) => [{ topic, partition }, Math.max(-1, Number(offset))] as const,
      ),
    );
  } catch (error) {
    throw explain(error, `read the offsets of group \`${group.groupId}\``);
  }
}

/**
 * Refuses to begin anywhere but where the group left off.
 * @throws CodedError `kafka/no-offset`
 */
export function assertContinues(committed: CommittedOffsets, groupId: string): void {
  const fresh = committed.filter(([, offset]) => offset < 0).map(([at]) => at);
  if (fresh.length === 0) return;
  const places = fresh.map(({ topic, partition }) => `${topic}/${partition}`).join(', ');
  throw new CodedError(
    'kafka/no-offset',
    `group \`${groupId}\` has no offset for ${places} and \`input.from\` is \`stop\`; ` +
      'set it to `earliest` or `latest`, or the offsets with kafka-consumer-groups.sh --reset-offsets',
  );
}
