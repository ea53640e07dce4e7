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
import { briefRetry } from './client.ts';
import { failpoint } from './failpoints.ts';
import { assertContinues, coordinatorRefusal, offsetInstead, type StartFrom } from './group.ts';
import { withHeartbeats } from './heartbeats.ts';
import type { KafkaLimits } from './limits.ts';
import { Membership } from './membership.ts';
import { createConsumer } from './out-of-range.ts';
import type { KafkaTiming } from './settings.ts';
import { recordsOf } from './wire/fetched-message.ts';

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
  readonly #membership: Membership;
  readonly #drain = new AbortController();
  /** Where each partition would go on, if its last commit failed. */
  readonly #uncommitted = new Map<string, number>();
  #handler: BatchHandler = async () => {};

  constructor(options: SourceOptions) {
    const { kafka, timing, limits } = options;
    this.#options = options;
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
      // A crash is ours to recover from.
      retry: { ...briefRetry, restartOnFailure: async () => false },
    };
    this.#consumer = createConsumer(kafka, config, async (at, wanted) => this.#skip(at, wanted));
    // A new generation goes on from what is committed.
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, () => this.#uncommitted.clear());
    this.#membership = new Membership({
      ...options,
      consumer: this.#consumer,
      join: async () => this.#join(),
      leave: async () => this.#leave(),
      coordinatorRefusal: async () => coordinatorRefusal(kafka, options.groupId),
    });
  }

  async run(handler: BatchHandler): Promise<void> {
    this.#handler = handler;
    return this.#membership.keep();
  }

  async stop(): Promise<void> {
    const { drainMs } = this.#options.timing;
    const drained = setTimeout(
      () => this.#drain.abort(new Error('the drain took too long')),
      drainMs,
    );
    try {
      await this.#membership.end(drainMs + leaveMs);
    } finally {
      clearTimeout(drained);
    }
  }

  async #join(): Promise<void> {
    const { topics, groupId, from, limits } = this.#options;
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
  }

  async #leave(): Promise<void> {
    await this.#consumer.disconnect();
    await this.#admin.disconnect();
  }

  async #consume(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { clock, events, timing } = this.#options;
    this.#membership.assertKept();
    // Were a partition to run ahead while commits fail, all of it would come again.
    await this.#commit(payload);
    const startMs = clock.monotonicMs();
    const records = recordsOf(batch);
    // Were the output or a registry away, the batch would wait here.
    this.#tellLag(batch, Number(batch.lastOffset()) + 1 - records.length);
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
          records,
        },
        AbortSignal.any([signal, this.#drain.signal]),
      ),
    );
    await this.#acknowledge(payload);
    events.batchDone(records.length, (clock.monotonicMs() - startMs) / 1000);
    if (lost !== null) throw lost;
  }

  /** A handler that fails although it was left alone would fail again. */
  async #handle(batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await this.#handler(batch, signal);
    } catch (error) {
      if (!signal.aborted) this.#membership.fail(error);
      throw error;
    }
  }

  async #acknowledge({ batch, ...payload }: EachBatchPayload): Promise<void> {
    const next = Number(batch.lastOffset()) + 1;
    failpoint('after-ack');
    payload.resolveOffset(batch.lastOffset());
    this.#uncommitted.set(placeOf(batch), next);
    await this.#commit({ batch, ...payload });
    failpoint('after-commit');
    this.#tellLag(batch, next);
  }

  #tellLag({ topic, partition, highWatermark }: EachBatchPayload['batch'], next: number): void {
    this.#options.events.lag({ topic, partition }, Math.max(0, Number(highWatermark) - next));
  }

  /** Commits what the partition has been worked on so far, unless that is done. */
  async #commit({ batch, ...payload }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const next = this.#uncommitted.get(placeOf(batch));
    if (next === undefined) return;
    try {
      await payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
      });
    } catch (error) {
      this.#options.events.commitFailed();
      throw error;
    }
    this.#uncommitted.delete(placeOf(batch));
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
      if (error instanceof CodedError && error.code === 'kafka/no-offset')
        this.#membership.fail(error);
      throw error;
    }
  }
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
