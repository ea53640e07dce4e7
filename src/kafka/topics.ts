import type { Admin } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import { troubleOf } from './errors.ts';

/** The topics of one stage. */
export interface TopicPlan {
  readonly inputs: readonly string[];
  /** `null` = nothing is written, as in a dry run. */
  readonly output: string | null;
  /** `null` = stop at the first bad record. */
  readonly deadLetter: string | null;
}

/** How many partitions a topic has; a topic that does not exist is left out. */
export type PartitionCounts = ReadonlyMap<string, number>;

/**
 * Asks the cluster for the topics of the plan.
 * @throws CodedError when the cluster does not answer or we may not know
 */
export async function fetchPartitionCounts(
  admin: Admin,
  plan: TopicPlan,
): Promise<PartitionCounts> {
  const counts = new Map<string, number>();
  for (const topic of topicsOf(plan)) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const found = topics.find(({ name }) => name === topic);
      if (found !== undefined) counts.set(topic, found.partitions.length);
    } catch (error) {
      if (troubleOf(error) !== 'topic-missing') throw error;
    }
  }
  return counts;
}

/**
 * Refuses plans that would loop, lose the order of records or stop half-way.
 * @throws CodedError `kafka/topic-loop`, `kafka/topic-missing`, `kafka/too-few-partitions`
 */
export function assertTopics(
  plan: TopicPlan,
  counts: PartitionCounts,
  bootstrap: readonly string[],
): void {
  assertNoLoop(plan);
  const inputPartitions = Math.max(1, ...plan.inputs.map((topic) => counts.get(topic) ?? 0));
  assertAllExist(plan, counts, { bootstrap, inputPartitions });
  const outputPartitions = plan.output === null ? Infinity : (counts.get(plan.output) ?? 0);
  if (outputPartitions < inputPartitions) {
    throw new CodedError(
      'kafka/too-few-partitions',
      `output topic \`${String(plan.output)}\` has ${outputPartitions} partitions and the input ` +
        `${inputPartitions}; partition and order of records are kept, so give it as many: ` +
        `kafka-topics.sh --bootstrap-server ${bootstrap.join(',')} --alter ` +
        `--topic ${String(plan.output)} --partitions ${inputPartitions}`,
    );
  }
}

function assertNoLoop(plan: TopicPlan): void {
  const writes = [
    { key: 'output.topic', topic: plan.output },
    { key: 'deadLetter.topic', topic: plan.deadLetter },
  ];
  for (const { key, topic } of writes) {
    if (topic === null || !plan.inputs.includes(topic)) continue;
    throw new CodedError(
      'kafka/topic-loop',
      `\`${key}\` is \`${topic}\`, which is also one of \`input.topics\`: the stage would read what it writes`,
    );
  }
}

function assertAllExist(
  plan: TopicPlan,
  counts: PartitionCounts,
  { bootstrap, inputPartitions }: { bootstrap: readonly string[]; inputPartitions: number },
): void {
  const missing = topicsOf(plan).filter((topic) => !counts.has(topic));
  if (missing.length === 0) return;
  const names = missing.map((topic) => `\`${topic}\``).join(', ');
  const commands = missing.map(
    (topic) =>
      `kafka-topics.sh --bootstrap-server ${bootstrap.join(',')} --create --topic ${topic} ` +
      `--partitions ${inputPartitions}`,
  );
  throw new CodedError(
    'kafka/topic-missing',
    `${missing.length === 1 ? 'topic' : 'topics'} ${names} ${missing.length === 1 ? 'does' : 'do'} ` +
      `not exist; create with: ${commands.join(' && ')}`,
  );
}

function topicsOf(plan: TopicPlan): string[] {
  return [...plan.inputs, plan.output, plan.deadLetter].filter((topic) => topic !== null);
}
