import type { Health } from '../stage/health.ts';
import type { Clock, Logger, Sink, Source, StageEvents } from '../stage/ports.ts';
import { AssignedSource } from './assigned-source.ts';
import { briefRetry, createClient, impatientRetry, patientRetry } from './client.ts';
import type { StartFrom } from './group.ts';
import { createCluster, type OffsetTime } from './cluster.ts';
import type { KafkaLimits } from './limits.ts';
import { createProducer } from './producers.ts';
import { reachBroker } from './reach.ts';
import { kafkaTimingDefault, type KafkaSettings } from './settings.ts';
import { KafkaSink, type Compression } from './sink.ts';
import { GroupSource } from './source.ts';
import { assertTopics, fetchPartitionCounts, type TopicPlan } from './topics.ts';

export interface ConnectOptions {
  readonly settings: KafkaSettings;
  readonly limits: KafkaLimits;
  readonly plan: TopicPlan;
  readonly groupId: string;
  readonly from: StartFrom;
  readonly compression: Compression;
  /** Join no group, commit and write nothing. */
  readonly isDryRun: boolean;
  /** Of a dry run: which records; `null` = from `from` on, and on. */
  readonly range?: { readonly from: OffsetTime; readonly to: OffsetTime } | null;
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
  const timing = kafkaTimingDefault;
  const client = { timing, logger, clock };
  const impatient = { ...client, retry: impatientRetry(settings) };
  const counts = await reachBroker(
    {
      ...options,
      brokers: settings.brokers,
      timeoutMs: options.startupTimeoutMs,
      createAdmin: () => createClient(settings, impatient).admin(),
    },
    async (admin) => fetchPartitionCounts(admin, plan),
    signal,
  );
  assertTopics(plan, counts, settings.brokers);
  const kafka = createClient(settings, { ...client, retry: briefRetry });
  const writing = createClient(settings, { ...client, retry: patientRetry });
  const deadLetterPartitions = plan.deadLetter === null ? 0 : (counts.get(plan.deadLetter) ?? 0);
  if (isDryRun) {
    const cluster = createCluster(kafka, { metadataMaxAge: timing.metadataMaxAgeMs });
    const { range = null } = options;
    const from = range?.from ?? { fromBeginning: options.from !== 'latest' };
    const to = range?.to ?? null;
    const source = new AssignedSource({ ...options, topics: plan.inputs, cluster, from, to });
    return { source, sink: nowhere, deadLetterPartitions, close: async () => {} };
  }
  const source = new GroupSource({ ...options, kafka, topics: plan.inputs, timing });
  const sink = new KafkaSink({
    ...options,
    createProducer: () => createProducer(writing, timing),
    requestTimeoutMs: timing.requestTimeoutMs,
  });
  await sink.open();
  return { source, sink, deadLetterPartitions, close: async () => sink.close() };
}

/** Takes everything and keeps nothing. */
const nowhere: Sink = { produce: async () => {} };
