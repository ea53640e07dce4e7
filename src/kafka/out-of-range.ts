import type { Consumer, ConsumerConfig, Kafka } from 'kafkajs';

import type { TopicPartition } from '../stage/ports.ts';
import { withItsCluster } from './cluster.ts';
import { consumerGroupPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/** Says where to go on when the offset that a consumer wants is not, or no longer, in the log. */
export type OutOfRange = (at: TopicPartition, wanted: number) => Promise<number>;

/**
 * A consumer that asks where to go on. kafkajs by itself goes to one end of the log without a word
 * and forgets where it was, since it commits the name of that end in place of the offset.
 */
export function createConsumer(
  kafka: Kafka,
  config: ConsumerConfig,
  outOfRange: OutOfRange,
): Consumer {
  mendConsumerGroup();
  const { made, cluster } = withItsCluster(kafka, () => kafka.consumer(config));
  asked.set(cluster, outOfRange);
  return made;
}

/** By the cluster of the consumer. */
const asked = new WeakMap<object, OutOfRange>();
const mendConsumerGroup = once((): void => {
  const group = consumerGroupPrototype();
  const recover = group.recoverFromOffsetOutOfRange;
  group.recoverFromOffsetOutOfRange = async function recoverByAsking(error): Promise<void> {
    const outOfRange = asked.get(this.cluster);
    if (outOfRange === undefined) return recover.call(this, error);
    const { topic, partition } = error;
    const wanted = Number(this.offsetManager.nextOffset(topic, partition).toString());
    const next = await outOfRange({ topic, partition }, wanted);
    this.offsetManager.resolveOffset({ topic, partition, offset: String(next - 1) });
  };
});
