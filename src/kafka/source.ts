import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';
import type { Health } from '../stage/health.ts';
import type {
  BatchHandler,
  Clock,
  Logger,
  Source,
  StageEvents,
  TopicPartition,
} from '../stage/ports.ts';
import { briefRetry } from './client.ts';
import type { Delivery } from './delivery.ts';
import { assertContinues, coordinatorRefusal, offsetInstead, type StartFrom } from './group.ts';
import type { KafkaLimits } from './limits.ts';
import { Membership } from './membership.ts';
import { createConsumer } from './out-of-range.ts';
import type { KafkaTiming } from './settings.ts';
import { TransactionLost } from './transactions/transaction-lost.ts';
import { Turns } from './turns.ts';
import { giveBackFrames } from './wire/held-frames.ts';
import { fetchedOffsetOf } from './wire/fetched-message.ts';

export interface SourceOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  readonly groupId: string;
  readonly from: StartFrom;
  readonly delivery: Delivery;
  /**
   * Rejects while the brokers do not let us do our work: a member that may not read would join for nothing,
   * again and again, and make the others stop each time.
   */
  readonly assertAllowed: () => Promise<void>;
  readonly timing: KafkaTiming;
  readonly limits: KafkaLimits;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** After the consumer has had `drainMs`, what is left of it is abandoned. */
const leaveMs = 1000;

/**
 * A member of a consumer group. How a batch, what follows from it and its offset are kept together is
 * the delivery's to say.
 */
export class GroupSource implements Source {
  readonly #options: SourceOptions;
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #membership: Membership;
  readonly #turns = new Turns();
  #drain = new AbortController();
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
      maxWaitTimeInMs: timing.fetchWaitMs,
      maxBytes: limits.fetchBytes,
      maxBytesPerPartition: limits.fetchPartitionBytes,
      // A crash is ours to recover from.
      retry: { ...briefRetry, restartOnFailure: async () => false },
    };
    this.#consumer = createConsumer(kafka, config, async (at, wanted) => this.#skip(at, wanted));
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, () => options.delivery.joined());
    this.#consumer.on(this.#consumer.events.FETCH, () => options.events.fetched());
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

  /** @throws CodedError `stage/stalled` */
  async restart(): Promise<void> {
    const { drainMs, requestTimeoutMs } = this.#options.timing;
    this.#drain.abort(new Error('beginning anew'));
    await this.#membership.restart(drainMs + requestTimeoutMs);
  }

  async #join(): Promise<void> {
    const { topics, groupId, from, limits } = this.#options;
    if (this.#drain.signal.aborted) this.#drain = new AbortController();
    await this.#options.assertAllowed();
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
    const { clock, delivery, events, timing } = this.#options;
    this.#membership.assertKept();
    const startMs = clock.monotonicMs();
    // Were the output or a registry away, the batch would wait here.
    this.#tellLag(batch, fetchedOffsetOf(batch));
    const pulse = {
      beat: async () => payload.heartbeat(),
      everyMs: timing.heartbeatIntervalMs,
      graceMs: timing.drainMs,
    };
    const work = { pulse, handle: this.#handle, stop: this.#drain.signal };
    const { next, records, lost } = await delivery.deliver(payload, work);
    if (next !== null) {
      this.#tellLag(batch, next);
      events.batchDone(records, (clock.monotonicMs() - startMs) / 1000);
      giveBackFrames(batch);
    }
    if (lost !== null) throw lost;
  }

  /** A handler that fails although it was left alone would fail again. */
  readonly #handle: BatchHandler = async (batch, signal, sink) => {
    try {
      // What waits to be sent goes first: a broker works while we judge.
      await this.#turns.next();
      signal.throwIfAborted();
      await this.#handler(batch, signal, sink);
    } catch (error) {
      if (!signal.aborted && !(error instanceof TransactionLost)) this.#membership.fail(error);
      throw error;
    }
  };

  #tellLag({ topic, partition, highWatermark }: EachBatchPayload['batch'], next: number): void {
    this.#options.events.lag({ topic, partition }, Math.max(0, Number(highWatermark) - next));
  }

  /** The wanted offset is not in the log: retention was faster, or the topic was made anew. */
  async #skip(at: TopicPartition, wanted: number): Promise<number> {
    const { delivery, from, events, logger } = this.#options;
    try {
      const next = await offsetInstead(this.#admin, from, { ...at, offset: wanted });
      delivery.moved(at, wanted, next);
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
