import type { Kafka } from 'kafkajs';

import type { Health } from '../stage/health.ts';
import type { Clock, Logger, Sink, Source, StageEvents, TopicPartition } from '../stage/ports.ts';
import { AssignedSource, type Stretch } from './assigned-source.ts';
import { AtLeastOnce } from './at-least-once.ts';
import { briefRetry, createClient, impatientRetry, patientRetry } from './client.ts';
import type { StartFrom } from './group.ts';
import { createCluster } from './cluster.ts';
import type { KafkaLimits } from './limits.ts';
import { createProducer } from './producers.ts';
import { reachBroker } from './reach.ts';
import { assertRights, rightsOf, type StageNames } from './rights.ts';
import { kafkaTimingDefault, type KafkaSettings } from './settings.ts';
import { compressionTypes, KafkaSink, type Compression } from './sink.ts';
import { GroupSource } from './source.ts';
import {
  assertTopics,
  fetchPartitionCounts,
  type PartitionCounts,
  type TopicPlan,
} from './topics.ts';
import { ExactlyOnce } from './transactions/exactly-once.ts';

/** What a crash may cost: duplicates, or nothing (contract 3, `delivery.guarantee`). */
export type Guarantee = 'at-least-once' | 'exactly-once';

export interface ConnectOptions {
  readonly settings: KafkaSettings;
  readonly limits: KafkaLimits;
  readonly plan: TopicPlan;
  readonly groupId: string;
  readonly from: StartFrom;
  readonly compression: Compression;
  readonly guarantee: Guarantee;
  /** Join no group, commit and write nothing. */
  readonly isDryRun: boolean;
  /** Of a dry run: which records; `null` = from `from` on, and on. */
  readonly range?: Stretch | null;
  readonly startupTimeoutMs: number;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A stage's two ends of Kafka. */
export interface Connection {
  readonly source: Source;
  readonly sink: Sink;
  /** 0 where there is no dead-letter topic. */
  readonly deadLetterPartitions: number;
  /** After the source has stopped: waits for what is still being written. */
  close: () => Promise<void>;
}

/**
 * Waits for a broker, checks the topics and makes the stage's ends of Kafka; nothing is read before
 * the source runs.
 * @throws CodedError when the brokers, the topics or our rights on them do not allow it
 */
export async function connectKafka(
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const { settings, plan, isDryRun, logger, clock } = options;
  const onFrameTooLong = () => options.events.limitReached('frameBytes');
  const client = { timing, logger, clock, onFrameTooLong };
  const impatient = createClient(settings, { ...client, retry: impatientRetry(settings) });
  const assertAllowed = async () => assertRights(impatient, rightsOf(namesOf(options)));
  const kafka = createClient(settings, { ...client, retry: briefRetry });
  const isExact = options.guarantee === 'exactly-once' && !isDryRun;
  const exactly = isExact ? exactlyOnceOf(options, kafka) : null;
  const counts = await reachBroker(
    {
      ...options,
      brokers: settings.brokers,
      timeoutMs: options.startupTimeoutMs,
      createAdmin: () => impatient.admin(),
    },
    async (admin) => {
      await assertAllowed();
      const found = await fetchPartitionCounts(admin, plan);
      assertTopics(plan, found, settings.brokers);
      await exactly?.prepare(partitionsOf(plan.inputs, found));
      return found;
    },
    signal,
  );
  const deadLetterPartitions = plan.deadLetter === null ? 0 : (counts.get(plan.deadLetter) ?? 0);
  if (isDryRun) return { ...dryRunOf(options, kafka), deadLetterPartitions };
  const sourceOptions = { ...options, kafka, topics: plan.inputs, assertAllowed, timing };
  if (exactly !== null) {
    const source = new GroupSource({ ...sourceOptions, delivery: exactly });
    return { source, sink: nowhere, deadLetterPartitions, close: async () => exactly.close() };
  }
  const writing = createClient(settings, { ...client, retry: patientRetry });
  const source = new GroupSource({ ...sourceOptions, delivery: new AtLeastOnce(options.events) });
  const sink = new KafkaSink({
    ...options,
    createProducer: () => createProducer(writing, timing),
    requestTimeoutMs: timing.requestTimeoutMs,
  });
  await sink.open();
  return { source, sink, deadLetterPartitions, close: async () => sink.close() };
}

const timing = kafkaTimingDefault;

function namesOf({ plan, groupId, settings, guarantee, isDryRun }: ConnectOptions): StageNames {
  return {
    plan,
    groupId: isDryRun ? null : groupId,
    clientId: settings.clientId,
    isExactlyOnce: guarantee === 'exactly-once',
  };
}

function dryRunOf(options: ConnectOptions, kafka: Kafka): Omit<Connection, 'deadLetterPartitions'> {
  const { plan } = options;
  const cluster = createCluster(kafka, { metadataMaxAge: timing.metadataMaxAgeMs });
  const endless = { from: { fromBeginning: options.from !== 'latest' }, to: null };
  const range = options.range ?? endless;
  const source = new AssignedSource({ ...options, topics: plan.inputs, cluster, range });
  return { source, sink: nowhere, close: async () => {} };
}

/** A batch goes into its transaction; there is no other way out. */
function exactlyOnceOf(options: ConnectOptions, kafka: Kafka): ExactlyOnce {
  const { compression, limits, plan, settings } = options;
  return new ExactlyOnce({
    ...options,
    cluster: createCluster(kafka, { metadataMaxAge: timing.metadataMaxAgeMs }),
    clientId: settings.clientId,
    topics: [plan.output, plan.deadLetter].filter((topic) => topic !== null),
    compression: compressionTypes[compression],
    recordsMax: limits.transactionRecords,
    transactionTimeoutMs: timing.transactionTimeoutMs,
  });
}

function partitionsOf(topics: readonly string[], counts: PartitionCounts): TopicPartition[] {
  return topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
  );
}

/** Takes everything and keeps nothing. */
const nowhere: Sink = { produce: async () => {} };
