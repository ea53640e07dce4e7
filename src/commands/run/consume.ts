import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import { CanonicalAvroWriter } from '../../flow/canonical/avro-writer.ts';
import { connectKafka, type Connection } from '../../kafka/connect.ts';
import type { Registry } from '../../registry/connect.ts';
import { createBatchHandler } from '../../stage/loop.ts';
import { framingOf } from '../../stage/schema-framing.ts';
import type { Source } from '../../stage/ports.ts';
import { Watchdog, watchTiming } from '../../stage/watchdog.ts';
import type { SchemaSource } from '../../stage/writer-schemas.ts';
import { logJudged } from '../../telemetry/judge-log.ts';
import { RateLimitedLog } from '../../telemetry/rate-limited-log.ts';
import type { Config } from '../config/schema.ts';
import { kafkaSettingsOf } from './kafka-settings.ts';
import type { Parts } from './parts.ts';
import { connectSchemas } from './schemas.ts';

export interface ConsumeOptions {
  readonly isDryRun: boolean;
  readonly startupTimeoutMs: number;
}

/**
 * Connects to Kafka and judges what comes until `stop` fires, then drains.
 * @throws CodedError when that cannot be, or not any longer
 */
export async function consume(
  parts: Parts,
  options: ConsumeOptions,
  stop: AbortSignal,
): Promise<void> {
  const { config, ready: health, logger, clock } = parts;
  const { startupTimeoutMs, isDryRun } = options;
  const isDerivedWritten = !isDryRun && config.output.format === 'preserve';
  const ports = { health, logger, clock, startupTimeoutMs };
  const registry = await connectSchemas({ ...ports, config, isDerivedWritten }, stop);
  try {
    if (registry !== null && !isDryRun) await registerOutput(parts, registry, stop);
    await consumeWith(registry?.schemas ?? null, parts, { ...options, stop });
  } finally {
    registry?.close();
  }
}

/** What is converted to Avro has one schema, whose number goes in front of it. */
async function registerOutput(
  { writer }: Parts,
  registry: Registry<AvroSchema>,
  stop: AbortSignal,
): Promise<void> {
  if (!(writer instanceof CanonicalAvroWriter)) return;
  writer.prefix = framingOf(await registry.register(writer.schemaText, stop));
}

async function consumeWith(
  schemas: SchemaSource<AvroSchema> | null,
  parts: Parts,
  { stop, ...options }: ConsumeOptions & { readonly stop: AbortSignal },
): Promise<void> {
  const { config, telemetry, policies, live, started, ready, logger, clock } = parts;
  const { delivery, input, output, deadLetter } = config;
  const { stallMs } = watchTiming;
  const watchdog = new Watchdog({ events: telemetry.stage, live, ready, clock, stallMs });
  const connection = await connectKafka(
    {
      ...options,
      settings: await kafkaSettingsOf(config),
      limits: config.limits,
      plan: topicPlanOf(config, options),
      groupId: input.groupId,
      from: input.from,
      compression: output.compression,
      guarantee: delivery.guarantee,
      events: watchdog,
      health: ready,
      logger,
      clock,
    },
    stop,
  );
  const linesPerMinute = config.limits.loggedErrorsPerMinute;
  const onLeftOut = () => telemetry.stage.limitReached('loggedErrorsPerMinute');
  const rateLimited = new RateLimitedLog({ logger, clock, linesPerMinute, onLeftOut });
  const handler = createBatchHandler({
    judge: logJudged({ judge: policies, logger, rateLimited }),
    schemas,
    sink: connection.sink,
    counters: telemetry.stage,
    clock,
    outputTopic: output.topic,
    limits: config.limits,
    deadLetters:
      deadLetter.topic === ''
        ? null
        : { topic: deadLetter.topic, partitions: Math.max(1, connection.deadLetterPartitions) },
  });
  started.pass('startup', 'consuming');
  logger.info({ topics: input.topics, isDryRun: options.isDryRun }, 'judging flow records');
  try {
    const watching = stalled(watchdog, connection.source);
    await Promise.race([connection.source.run(handler), fired(stop), watching.promise]).finally(
      watching.end,
    );
  } finally {
    await drain(connection, parts);
  }
}

/** A dry run writes nothing, so its topics need not exist. */
function topicPlanOf({ input, output, deadLetter }: Config, { isDryRun }: ConsumeOptions) {
  return {
    inputs: input.topics,
    output: isDryRun ? null : output.topic,
    deadLetter: isDryRun || deadLetter.topic === '' ? null : deadLetter.topic,
  };
}

async function drain({ source, close }: Connection, { ready, logger }: Parts): Promise<void> {
  ready.fail('kafka', 'stopping');
  logger.info({}, 'stopping: finishing the batches under way');
  await source.stop();
  await close();
  logger.info({}, 'stopped');
}

/** Begins the source anew once the watchdog finds that nothing moves, and rejects if that is no help. */
function stalled(watchdog: Watchdog, source: Source) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    try {
      if (watchdog.check() === 'well') return;
      source.restart?.().catch((error: unknown) => {
        watchdog.failed();
        reject(error);
      });
    } catch (error) {
      reject(error);
    }
  }, watchTiming.everyMs);
  return { promise, end: () => clearInterval(timer) };
}

/** Resolves when the signal fires. */
async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
