import { CompressionTypes, type Producer } from 'kafkajs';

import type { Health } from '../stage/health.ts';
import type { Clock, Logger, Sink, StageEvents, TopicPartition } from '../stage/ports.ts';
import type { Chunk } from '../stage/records/output-records.ts';
import { assert } from '../std/assert.ts';
import { SeldomLog } from '../stage/seldom-log.ts';
import { placeOf } from './delivery.ts';
import { reasonOf } from './errors.ts';
import { failpoint } from './failpoints.ts';
import { Lanes } from './lanes.ts';
import { CurrentProducer } from './producers.ts';
import { assertAllowed, assertFits } from './refusals.ts';
import { sleep } from './sleep.ts';
import { unlessAborted } from './unless-aborted.ts';
import { messagesOf } from './wire/chunk-messages.ts';

export type Compression = keyof typeof compressionTypes;

/** By their numbers in a batch's attributes. */
export const compressionTypes = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;

const retryMs = { first: 100, max: 2000 };
/** A broker works on one request of a connection at a time; with two it reads one while it writes the other. */
const producerCount = 2;
/** A broker that has not acknowledged for this long makes the stage unready. */
const slowMs = 5000;

export interface SinkOptions {
  readonly createProducer: () => Producer;
  readonly compression: Compression;
  readonly requestTimeoutMs: number;
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Writes to Kafka, idempotently and acknowledged by all in-sync replicas. One partition of one topic
 * per request, and one request per partition at a time: kafkajs forgets a partition whose leader
 * moves while a request spans several, and reuses the sequence numbers of requests that overlap.
 */
export class KafkaSink implements Sink {
  readonly #options: SinkOptions;
  /** By partition, in turn. */
  readonly #producers: readonly CurrentProducer[];
  readonly #lanes = new Lanes();
  readonly #seldom: SeldomLog;
  /** What keeps a partition from being written to: one that takes its records says nothing of the others. */
  readonly #failing = new Map<string, string>();
  #everWritten = false;

  constructor(options: SinkOptions) {
    this.#options = options;
    this.#producers = Array.from(
      { length: producerCount },
      () => new CurrentProducer(options.createProducer),
    );
    this.#seldom = new SeldomLog(options.logger, options.clock);
  }

  /** Connects, so that whether the output can be written to is known before the first record. */
  async open(): Promise<void> {
    const { health } = this.#options;
    try {
      await this.#producersOf(0).acquire(0);
      health.pass('output', 'connected');
    } catch (error) {
      // The first batch tries again, and goes on trying.
      health.fail('output', `cannot connect: ${reasonOf(error)}`);
    }
  }

  /** @throws CodedError when no waiting will help, else the reason of `signal` */
  async produce(to: TopicPartition, chunks: readonly Chunk[], signal: AbortSignal): Promise<void> {
    failpoint('before-produce');
    const lane = placeOf(to);
    const slow = setTimeout(() => {
      this.#fails(lane, `waiting for \`${to.topic}\` to acknowledge records`);
    }, slowMs);
    try {
      // The lane stays taken until the request has settled, even if `signal` ends the waiting.
      const written = this.#lanes.run(lane, async () => {
        for (const chunk of chunks) await this.#deliver(to, chunk, signal);
      });
      await unlessAborted(written, signal);
      this.#works(lane);
    } finally {
      clearTimeout(slow);
      this.#failing.delete(lane);
    }
  }

  /** Waits for requests under way. */
  async close(): Promise<void> {
    await Promise.all(this.#producers.map(async (producers) => producers.close()));
  }

  async #deliver(to: TopicPartition, chunk: Chunk, signal: AbortSignal): Promise<void> {
    for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.max)) {
      signal.throwIfAborted();
      try {
        await this.#send(to, chunk);
        this.#everWritten = true;
        return;
      } catch (error) {
        assertFits(error, to.topic);
        // Rights may come back once they were there.
        if (!this.#everWritten) assertAllowed(error, to.topic);
        this.#report(error, to);
        await sleep(waitMs, signal);
      }
    }
  }

  async #send(to: TopicPartition, chunk: Chunk): Promise<void> {
    const producers = this.#producersOf(to.partition);
    const producer = await producers.acquire(chunk.records);
    try {
      await producer.send({
        topic: to.topic,
        acks: -1,
        timeout: this.#options.requestTimeoutMs,
        compression: compressionTypes[this.#options.compression],
        messages: messagesOf(chunk, to.partition),
      });
    } catch (error) {
      await producers.discard(producer);
      throw error;
    }
  }

  #producersOf(partition: number): CurrentProducer {
    const producers = this.#producers[partition % producerCount];
    assert(producers !== undefined, 'no producer of a partition');
    return producers;
  }

  #report(error: unknown, to: TopicPartition): void {
    const reason = reasonOf(error);
    this.#options.events.produceRetried();
    this.#fails(placeOf(to), `cannot write to \`${to.topic}\`: ${reason}`);
    this.#seldom.warn(to.topic, { ...to, reason }, 'cannot write, trying again');
  }

  #fails(lane: string, detail: string): void {
    this.#failing.set(lane, detail);
    this.#options.health.fail('output', detail);
  }

  #works(lane: string): void {
    this.#failing.delete(lane);
    const [other] = this.#failing.values();
    if (other === undefined) this.#options.health.pass('output');
    else this.#options.health.fail('output', other);
  }
}
