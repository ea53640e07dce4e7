import { connectKafka } from '../../kafka/connect.ts';
import { Health } from '../../stage/health.ts';
import type { BatchHandler, BatchJudge, Clock, Logger, StageEvents } from '../../stage/ports.ts';
import type { Config } from '../config/schema.ts';
import { kafkaSettingsOf } from '../run/kafka-settings.ts';
import type { Progress } from './progress.ts';
import type { Unread } from './unread.ts';

/** Records of one topic by the time of their messages, ms since 1970. */
export interface TopicRange {
  readonly topic: string;
  /** `null` = from the oldest on. */
  readonly fromMs: number | null;
  /** `null` = to the newest there is when reading begins. */
  readonly toMs: number | null;
}

export interface ReadRangeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly unread: Unread;
  readonly progress: Progress;
  /** `placeOf` names the records that come next. */
  readonly judgeFor: (placeOf: (offset: number) => string) => BatchJudge;
}

/**
 * Judges a range of a topic by an assignment of its own: in no group, committing and writing nothing.
 * Records that name a schema of a registry are not read: their number alone does not say what they hold.
 * @throws CodedError where the brokers or the topic do not allow it
 */
export async function readRange(
  { topic, fromMs, toMs }: TopicRange,
  options: ReadRangeOptions,
): Promise<void> {
  const { config, clock, logger, unread, progress, judgeFor } = options;
  const connection = await connectKafka(
    {
      settings: await kafkaSettingsOf(config),
      limits: config.limits,
      plan: { inputs: [topic], output: null, deadLetter: null },
      groupId: config.input.groupId,
      from: 'earliest',
      range: {
        from: fromMs === null ? { fromBeginning: true } : { fromTimestamp: fromMs },
        to: toMs === null ? { fromBeginning: false } : { fromTimestamp: toMs },
      },
      compression: config.output.compression,
      guarantee: config.delivery.guarantee,
      isDryRun: true,
      startupTimeoutMs: STARTUP_TIMEOUT_MS,
      events: gapsOnly(unread),
      health: new Health(clock),
      logger,
      clock,
    },
    new AbortController().signal,
  );
  let placeOf = nowhere;
  const judge = judgeFor((offset) => placeOf(offset));
  progress.begin(topic);
  const handler: BatchHandler = async (batch) => {
    const of = (offset: number): string => `${batch.topic}/${batch.partition}/${offset}`;
    placeOf = of;
    const { deadLetters } = judge(batch, clock.nowMs());
    unread.add(
      deadLetters.map(({ offset, reason, record }) => ({
        source: of(offset),
        reason,
        message: messageOf(record),
      })),
    );
    progress.add(Array.from(batch.records, ({ value }) => ({ bytes: value ?? NOTHING })));
  };
  try {
    await connection.source.run(handler);
  } finally {
    await connection.close();
    progress.end();
  }
}

const STARTUP_TIMEOUT_MS = 60_000;
const NOTHING = Buffer.alloc(0);

/** A preview tells of nothing but what it will never see. */
function gapsOnly(unread: Unread): StageEvents {
  return {
    assigned: doNothing,
    rebalanced: doNothing,
    restarted: doNothing,
    lag: doNothing,
    commitFailed: doNothing,
    produceRetried: doNothing,
    batchDone: doNothing,
    gap: ({ topic, partition }, records) => {
      unread.damaged.push(
        `${records} records of ${topic}/${partition} were deleted before they were read`,
      );
    },
  };
}

function messageOf({ headers }: { headers: readonly (readonly [string, Uint8Array | null])[] }) {
  const value = headers.find(([name]) => name === 'error-message')?.[1];
  return Buffer.from(value ?? []).toString('utf8');
}

/** Before anything is read. */
function nowhere(_offset: number): string {
  return '';
}

function doNothing(): void {}
