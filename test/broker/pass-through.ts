// A stage without policies: what goes in comes out, so that tests see source and sink alone.
import { performance } from 'node:perf_hooks';

import { AtLeastOnce } from '../../src/kafka/at-least-once.ts';
import { briefRetry, createClient, impatientRetry, patientRetry } from '../../src/kafka/client.ts';
import { createCluster } from '../../src/kafka/cluster.ts';
import type { Guarantee } from '../../src/kafka/connect.ts';
import { kafkaLimits } from '../../src/kafka/limits.ts';
import { createProducer } from '../../src/kafka/producers.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { kafkaTimingDefault } from '../../src/kafka/settings.ts';
import { type Compression, compressionTypes, KafkaSink } from '../../src/kafka/sink.ts';
import { GroupSource } from '../../src/kafka/source.ts';
import { ExactlyOnce } from '../../src/kafka/transactions/exactly-once.ts';
import { Health } from '../../src/stage/health.ts';
import { limits } from '../../src/stage/limits.ts';
import { createBatchHandler } from '../../src/stage/loop.ts';
import type { Batch, JudgedBatch, OutputRecord } from '../../src/stage/ports.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { Tally } from '../../src/stage/tally.ts';
import { fakeEvents, fakeLogger } from '../kafka/fakes.ts';

export const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

/** As quick to give up on a dead member as the test broker allows. */
const timing = {
  ...kafkaTimingDefault,
  connectionTimeoutMs: 1000,
  requestTimeoutMs: 5000,
  sessionTimeoutMs: 3000,
  heartbeatIntervalMs: 300,
};

export function settingsFor(brokers: readonly string[], over: Partial<KafkaSettings> = {}) {
  return { brokers, clientId: 'pass-through', ssl: null, sasl: null, limits, ...over };
}

export interface PassThroughOptions {
  readonly bootstrap: string;
  readonly input: string;
  readonly output: string;
  readonly groupId: string;
  readonly from?: 'earliest' | 'latest' | 'stop';
  readonly compression?: Compression;
  readonly guarantee?: Guarantee;
}

/** Starts consuming at once; `ended` settles as the source's `run` does. */
export function startPassThrough(options: PassThroughOptions) {
  const settings = settingsFor(options.bootstrap.split(','));
  const logger = fakeLogger();
  const events = fakeEvents();
  const health = new Health(clock);
  const kafka = createClient(settings, { timing, logger, clock, retry: briefRetry });
  const writing = createClient(settings, { timing, logger, clock, retry: patientRetry });
  const shared = { limits: kafkaLimits, events, health, logger, clock };
  const compression = options.compression ?? 'none';
  const delivery =
    options.guarantee === 'exactly-once'
      ? new ExactlyOnce({
          ...shared,
          cluster: createCluster(kafka, { metadataMaxAge: timing.metadataMaxAgeMs }),
          clientId: settings.clientId,
          groupId: options.groupId,
          topics: [options.output],
          compression: compressionTypes[compression],
          recordsMax: 100,
          transactionTimeoutMs: timing.transactionTimeoutMs,
        })
      : new AtLeastOnce(events);
  const source = new GroupSource({
    kafka,
    topics: [options.input],
    groupId: options.groupId,
    from: options.from ?? 'earliest',
    delivery,
    assertAllowed: async () => {},
    timing,
    ...shared,
  });
  const sink = new KafkaSink({
    createProducer: () => createProducer(writing, timing),
    compression,
    requestTimeoutMs: timing.requestTimeoutMs,
    ...shared,
  });
  const handler = createBatchHandler({
    judge: { current: judgeNothing },
    sink,
    counters: { add: () => {} },
    clock,
    outputTopic: options.output,
    limits: kafkaLimits,
    deadLetters: null,
  });
  const prepared = delivery instanceof ExactlyOnce ? delivery.prepare([]) : Promise.resolve();
  const ended = prepared.then(async () => source.run(handler));
  ended.catch(() => {});
  return {
    ended,
    events,
    health,
    logger,
    restart: async () => source.restart(),
    stop: async () => {
      await source.stop();
      await delivery.close();
      await sink.close();
    },
  };
}

/** A producer of ours, which can write what stock kafkajs cannot: every codec, null header values. */
export function producerFor(bootstrap: string) {
  const settings = settingsFor(bootstrap.split(','));
  const logger = fakeLogger();
  const kafka = createClient(settings, { timing, logger, clock, retry: patientRetry });
  return createProducer(kafka, timing);
}

export function adminFor(settings: KafkaSettings) {
  const retry = impatientRetry(settings);
  return createClient(settings, { timing, logger: fakeLogger(), clock, retry }).admin();
}

function judgeNothing(batch: Batch): JudgedBatch {
  const { topic, partition } = batch;
  const outputs = Array.from(
    batch.records,
    ({ offset, timestampMs, key, value, headers }): OutputRecord => ({
      timestampMs,
      key,
      value,
      headers: [...headers, ['flow-source', Buffer.from(`${topic}/${partition}/${offset}`)]],
    }),
  );
  return { outputs: packRecords(outputs, kafkaLimits), deadLetters: [], tally: new Tally() };
}
