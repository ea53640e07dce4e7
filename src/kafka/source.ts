import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import type { Health } from '../stage/health.ts';
import type {
  Batch,
  BatchHandler,
  Clock,
  Logger,
  Source,
  StageEvents,
  TopicPartition,
} from '../stage/ports.ts';
import { patientRetry } from './client.ts';
import { explain, reasonOf, restartCauseOf } from './errors.ts';
import { assertContinues, offsetInstead, type StartFrom } from './group.ts';
import { withHeartbeats } from './heartbeats.ts';
import type { KafkaLimits } from './limits.ts';
import { createConsumer } from './out-of-range.ts';
import { fromKafka } from './records.ts';
import { SeldomLog } from './seldom-log.ts';
import type { KafkaTiming } from './settings.ts';

export interface SourceOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly from: StartFrom;
  readonly timing: KafkaTiming;
  readonly limits: KafkaLimits;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A fetch waits this long for records. A rebalance or a stop waits for the fetch. */
const fetchWaitMs = 250;
/** After the consumer has had `drainMs`, what is left of it is abandoned. */
const leaveMs = 1000;

/**
 * A member of a consumer group. A batch is resolved and its offset committed only after the handler
 * says that all that follows from it is acknowledged.
 */
export class GroupSource implements Source {
  readonly #options: SourceOptions;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #seldom: SeldomLog;
  readonly #drain = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #handler: BatchHandler = async () => {};
  #failed = false;

  constructor(options: SourceOptions) {
    const { kafka, timing, limits } = options;
    this.#options = options;
    this.#seldom = new SeldomLog(options.logger, options.clock);
    this.#admin = kafka.admin();
    const config = {
      groupId: options.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: timing.sessionTimeoutMs,
      heartbeatInterval: timing.heartbeatIntervalMs,
      rebalanceTimeout: timing.rebalanceTimeoutMs,
      metadataMaxAge: timing.metadataMaxAgeMs,
      maxWaitTimeInMs: fetchWaitMs,
      maxBytes: limits.fetchBytes,
      maxBytesPerPartition: limits.fetchPartitionBytes,
      retry: { ...patientRetry, retries: 8 },
    };
    this.#consumer = createConsumer(kafka, config, async (at, wanted) => this.#skip(at, wanted));
    // Rejections are for whoever calls `run`; nobody may ever do so.
    this.#ended.promise.catch(() => {});
  }

  async run(handler: BatchHandler): Promise<void> {
    const { topics, groupId, from, limits } = this.#options;
    this.#handler = handler;
    this.#listen();
    try {
      await this.#admin.connect();
      if (from === 'stop') await assertContinues(this.#admin, { groupId, topics });
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: from !== 'latest' });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: limits.batchesInFlight,
        eachBatch: async (payload) => this.#consume(payload),
      });
    } catch (error) {
      this.#fail(explain(error, `join group \`${groupId}\``));
    }
    return this.#ended.promise;
  }

  async stop(): Promise<void> {
    const { drainMs } = this.#options.timing;
    const drained = setTimeout(
      () => this.#drain.abort(new Error('the drain took too long')),
      drainMs,
    );
    try {
      await within(drainMs + leaveMs, this.#disconnect());
    } finally {
      clearTimeout(drained);
      this.#ended.resolve();
    }
  }

  async #disconnect(): Promise<void> {
    try {
      await this.#consumer.disconnect();
      await this.#admin.disconnect();
    } catch (error) {
      this.#options.logger.debug({ reason: reasonOf(error) }, 'could not leave the group in order');
    }
  }

  #listen(): void {
    const { events, health, logger, groupId } = this.#options;
    const on = this.#consumer.on.bind(this.#consumer);
    const { GROUP_JOIN, REBALANCING, CRASH } = this.#consumer.events;
    on(GROUP_JOIN, ({ payload }) => {
      const assigned = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition): TopicPartition => ({ topic, partition })),
      );
      events.assigned(assigned);
      health.pass('kafka', `${assigned.length} partitions assigned`);
      logger.info({ groupId, partitions: assigned.length }, 'joined the group');
    });
    on(REBALANCING, () => events.rebalanced());
    on(CRASH, ({ payload: { error, restart } }) => {
      const trouble = explain(error, `consume as group \`${groupId}\``);
      if (!restart) return this.#fail(trouble);
      events.restarted(restartCauseOf(error));
      health.fail('kafka', trouble.message);
      const fields = { groupId, reason: reasonOf(error) };
      this.#seldom.warn('crash', fields, 'the consumer crashed and starts again');
    });
  }

  async #consume(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { clock, events, timing } = this.#options;
    if (this.#failed) throw new Error('the source has failed');
    const startMs = clock.monotonicMs();
    const pulse = {
      beat: async () => payload.heartbeat(),
      everyMs: timing.heartbeatIntervalMs,
      graceMs: timing.drainMs,
    };
    const { lost } = await withHeartbeats(pulse, async (signal) =>
      this.#handle(
        {
          topic: batch.topic,
          partition: batch.partition,
          highWatermark: Number(batch.highWatermark),
          records: batch.messages.map(fromKafka),
        },
        AbortSignal.any([signal, this.#drain.signal]),
      ),
    );
    await this.#acknowledge(payload);
    events.batchDone(batch.messages.length, (clock.monotonicMs() - startMs) / 1000);
    if (lost !== null) throw lost;
  }

  /** A handler that fails although it was left alone would fail again. */
  async #handle(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await this.#handler(batch, signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      throw error;
    }
  }

  async #acknowledge({ batch, ...payload }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const next = Number(batch.lastOffset()) + 1;
    payload.resolveOffset(batch.lastOffset());
    try {
      await payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
      });
    } catch (error) {
      this.#options.events.commitFailed();
      throw error;
    }
    const lag = Math.max(0, Number(batch.highWatermark) - next);
    this.#options.events.lag({ topic, partition }, lag);
  }

  /** The wanted offset is not in the log: retention was faster, or the topic was made anew. */
  async #skip(at: TopicPartition, wanted: number): Promise<number> {
    const { from, events, logger } = this.#options;
    try {
      const next = await offsetInstead(this.#admin, from, { ...at, offset: wanted });
      if (next > wanted) events.gap(at, next - wanted);
      logger.error(
        { ...at, wanted, next },
        'the next offset is not in the log, going on elsewhere',
      );
      return next;
    } catch (error) {
      if (error instanceof CodedError && error.code === 'kafka/no-offset') this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#options.health.fail('kafka', reasonOf(error));
    this.#ended.reject(error);
  }
}

/** Resolves with `work`, or after `ms` without it. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
