import type { Kafka } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import type { Broker } from './broker.ts';
import { createCluster } from './cluster.ts';
import { troubleOf } from './errors.ts';
import type { TopicPlan } from './topics.ts';
import { fetchTopicRights, type TopicOperation } from './wire/topic-rights.ts';

/** Something that the stage must be allowed, in the words of `kafka-acls.sh`. */
export interface Right {
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  /** `prefixed`: of all whose names begin so. */
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: TopicOperation;
}

export interface StageNames {
  readonly plan: TopicPlan;
  /** `null` = no member of any group, as in a dry run. */
  readonly groupId: string | null;
  readonly clientId: string;
  readonly isExactlyOnce: boolean;
}

/**
 * All that a stage needs (docs/security/acls.sh). To read or to write something implies to be told of it:
 * Kafka's Describe.
 */
export function rightsOf({ plan, groupId, clientId, isExactlyOnce }: StageNames): Right[] {
  const written = [plan.output, plan.deadLetter].filter((topic) => topic !== null);
  return [
    ...plan.inputs.map((name) => onTopic(name, 'Read')),
    ...written.map((name) => onTopic(name, 'Write')),
    ...(groupId === null ? [] : [onGroup(groupId)]),
    ...(isExactlyOnce && groupId !== null ? [onTransactions(`${clientId}.${groupId}.`)] : []),
  ];
}

function onTopic(name: string, operation: TopicOperation): Right {
  return { resource: 'topic', name, pattern: 'literal', operation };
}

function onGroup(name: string): Right {
  return { resource: 'group', name, pattern: 'literal', operation: 'Read' };
}

function onTransactions(name: string): Right {
  return { resource: 'transactional-id', name, pattern: 'prefixed', operation: 'Write' };
}

/**
 * Asks what of it the brokers allow, before the first record does. Brokers older than Kafka 2.3 cannot tell
 * of topics, and none can of transactional ids.
 * @throws CodedError `kafka/not-authorised` with all that is missing
 */
export async function assertRights(kafka: Kafka, rights: readonly Right[]): Promise<void> {
  const cluster = createCluster(kafka, { metadataMaxAge: 0 });
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const broker = await cluster.findControllerBroker();
    const allowed = await fetchTopicRights(
      broker,
      rights.flatMap(({ resource, name }) => (resource === 'topic' ? [name] : [])),
    );
    const missing: Right[] = [];
    for (const right of rights) {
      const { resource, name, operation } = right;
      if (resource === 'topic' && allowed.get(name)?.has(operation) === false) missing.push(right);
      if (resource === 'group' && (await isRefused(broker, name))) missing.push(right);
    }
    if (missing.length > 0) throw refusal(missing);
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

/** A group without a coordinator, as yet, refuses nobody. */
async function isRefused(broker: Broker, groupId: string): Promise<boolean> {
  try {
    await broker.findGroupCoordinator({ groupId, coordinatorType: 0 });
    return false;
  } catch (error) {
    return troubleOf(error) === 'not-authorised';
  }
}

function refusal(missing: readonly Right[]): CodedError {
  const list = missing
    .map(({ resource, name, operation }) => `${operation} on ${resource} \`${name}\``)
    .join(', ');
  return new CodedError(
    'kafka/not-authorised',
    `the brokers do not allow ${list}; docs/security/acls.sh grants what the stage needs`,
  );
}
