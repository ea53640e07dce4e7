import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { Stretch } from '../../kafka/assigned-source.ts';
import { connectKafka } from '../../kafka/connect.ts';
import { Health } from '../../stage/health.ts';
import type { Batch, StageEvents, TopicPartition } from '../../stage/ports.ts';
import type { WriterSchemas } from '../../stage/writer-schemas.ts';
import { createLogger } from '../../telemetry/logger.ts';
import type { Config } from '../config/schema.ts';
import type { Invocation } from '../invocation.ts';
import { kafkaSettingsOf } from '../run/kafka-settings.ts';
import { connectSchemas } from '../run/schemas.ts';

export interface ReadTopicOptions extends Pick<Invocation, 'surroundings' | 'isColourWanted'> {
  readonly config: Config;
  /** Gets the batches one by one, with the schemas that their records name. */
  readonly take: (batch: Batch, schemas: WriterSchemas<AvroSchema> | null) => void;
  /** Told of records that were deleted before they were read. */
  readonly gap: StageEvents['gap'];
}

/**
 * Reads a stretch of a topic by an assignment of its own: in no group, committing, registering and writing
 * nothing.
 * @throws CodedError where the brokers, the topic or the schema registry do not allow it
 */
export async function readTopic(
  topic: string,
  range: Stretch,
  options: ReadTopicOptions,
): Promise<void> {
  const { config, surroundings, isColourWanted, take, gap } = options;
  const { clock, stderr } = surroundings;
  const isColoured = stderr.isTTY === true && isColourWanted;
  const logger = createLogger({ ...config.log, level: 'warn', isColoured, destination: stderr });
  const ports = { startupTimeoutMs, health: new Health(clock), logger, clock };
  const { signal } = new AbortController();
  const registry = await connectSchemas({ ...ports, config, isDerivedWritten: false }, signal);
  try {
    const connection = await connectKafka(
      {
        ...ports,
        settings: await kafkaSettingsOf(config),
        limits: config.limits,
        plan: { inputs: [topic], output: null, deadLetter: null },
        groupId: config.input.groupId,
        from: 'earliest',
        range,
        compression: config.output.compression,
        guarantee: config.delivery.guarantee,
        isDryRun: true,
        events: { ...noEvents, gap },
      },
      signal,
    );
    try {
      await connection.source.run(async (batch, lost) => {
        take(batch, (await registry?.schemas.prepare(batch, lost)) ?? null);
      });
    } finally {
      await connection.close();
    }
  } finally {
    registry?.close();
  }
}

/** The name that the header `flow-source` gives a record. */
export function sourceOf({ topic, partition }: TopicPartition, offset: number | ''): string {
  return `${topic}/${partition}/${offset}`;
}

const startupTimeoutMs = 60_000;

const noEvents: Omit<StageEvents, 'gap'> = {
  assigned: doNothing,
  rebalanced: doNothing,
  restarted: doNothing,
  lag: doNothing,
  commitFailed: doNothing,
  fetched: doNothing,
  limitReached: doNothing,
  produceRetried: doNothing,
  batchDone: doNothing,
};

function doNothing(): void {}
