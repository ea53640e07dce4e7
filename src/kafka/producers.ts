import { logLevel, type Kafka, type Producer } from 'kafkajs';

import { patientRetry } from './client.ts';
import type { KafkaTiming } from './settings.ts';

/**
 * After this many records a producer is replaced: kafkajs mishandles the wrap of the sequence number
 * of a partition at 2^31, and a producer cannot have sent more to one partition than in all.
 */
const recordsPerProducerMax = 2 ** 30;

/**
 * The idempotent producer of a sink, replaced after any failure. When a send fails, kafkajs takes
 * the sequence numbers back although the broker may have stored the records; whatever is sent under
 * those numbers next would be taken for a duplicate and dropped without a word. A new producer id
 * has numbers of its own.
 */
export class CurrentProducer {
  readonly #create: () => Producer;
  #current: Promise<Producer> | null = null;
  #recordsSent = 0;
  readonly #closing = new Set<Promise<void>>();

  constructor(create: () => Producer) {
    this.#create = create;
  }

  /** The connected producer for the next `records` records. */
  async acquire(records: number): Promise<Producer> {
    if (this.#recordsSent + records > recordsPerProducerMax) this.#retire();
    this.#recordsSent += records;
    this.#current ??= connect(this.#create());
    const current = this.#current;
    try {
      return await current;
    } catch (error) {
      if (this.#current === current) this.#current = null;
      throw error;
    }
  }

  /** Never hands out `producer` again; what it is still sending may finish. */
  async discard(producer: Producer): Promise<void> {
    if (this.#current !== null && (await this.#current) === producer) this.#retire();
  }

  /** Waits for what is still being sent. */
  async close(): Promise<void> {
    this.#retire();
    await Promise.all(this.#closing);
  }

  #retire(): void {
    const retired = this.#current;
    this.#current = null;
    this.#recordsSent = 0;
    if (retired === null) return;
    const closing = retired.then((producer) => producer.disconnect()).catch(() => {});
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

/** An idempotent producer that puts each record where it is told to and never makes a topic. */
export function createProducer(kafka: Kafka, timing: KafkaTiming): Producer {
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    metadataMaxAge: timing.metadataMaxAgeMs,
    retry: patientRetry,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  producer.logger().setLogLevel(logLevel.WARN);
  return producer;
}

async function connect(producer: Producer): Promise<Producer> {
  await producer.connect();
  return producer;
}
