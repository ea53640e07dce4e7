// The doors to what lies beneath kafkajs's clients, which it does not export. kafkajs is pinned to
// 2.2.4 and no longer changes; the suites on a broker fail if a door is gone.
import { createRequire } from 'node:module';

import type { Kafka } from 'kafkajs';

import { assert } from '../std/assert.ts';
import type { Broker, FetchedPartition } from './broker.ts';
import type { FetchedBatch } from './internals.ts';

const require = createRequire(import.meta.url);

/** The connections and metadata beneath kafkajs's clients. */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(broker: { readonly nodeId: number }): Promise<Broker>;
  findControllerBroker(): Promise<Broker>;
  fetchTopicsOffset(
    topics: readonly (OffsetTime & {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
    })[],
  ): Promise<
    readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[]
  >;
}

/** Which offset of a partition is asked for; times in ms since 1970. */
export type OffsetTime = { readonly fromBeginning: boolean } | { readonly fromTimestamp: number };

/** A cluster of its own, configured as the client is. */
export function createCluster(kafka: Kafka, options: { readonly metadataMaxAge: number }): Cluster {
  const create = clusterDoor(kafka).open;
  return create({ ...options, allowAutoTopicCreation: false, isolationLevel: readCommitted });
}

/** Makes a client of `kafka` and tells which cluster it is made on. */
export function withItsCluster<T>(kafka: Kafka, make: () => T): { made: T; cluster: object } {
  const { symbol, open } = clusterDoor(kafka);
  let cluster: object | undefined;
  Reflect.set(kafka, symbol, (options: object) => (cluster = open(options)));
  try {
    const made = make();
    assert(cluster !== undefined, 'kafkajs makes a cluster for each client');
    return { made, cluster };
  } finally {
    Reflect.set(kafka, symbol, open);
  }
}

function clusterDoor(kafka: Kafka) {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  assert(symbol !== undefined, 'kafkajs has no way to create a cluster');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a private member, pinned
  return { symbol, open: Reflect.get(kafka, symbol) as (options: object) => Cluster };
}

/** Kafka's isolation level 1: aborted records are not shown, open transactions are waited for. */
export const readCommitted = 1;

/** kafkajs's view of a fetched partition: aborted and control records left out. */
export function createBatch(
  topic: string,
  fetchedOffset: number,
  data: FetchedPartition,
): FetchedBatch {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const BatchOfKafkajs = require('kafkajs/src/consumer/batch') as new (
    topic: string,
    fetchedOffset: string,
    data: FetchedPartition,
  ) => FetchedBatch;
  return new BatchOfKafkajs(topic, String(fetchedOffset), data);
}
