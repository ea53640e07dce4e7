import type { EachBatchPayload } from 'kafkajs';

import type { Health } from '../../stage/health.ts';
import type { Clock, Logger, StageEvents, TopicPartition } from '../../stage/ports.ts';
import { SeldomLog } from '../../stage/seldom-log.ts';
import { placeOf, type Delivered, type Delivery, type Work } from '../delivery.ts';
import { reasonOf } from '../errors.ts';
import { withHeartbeats } from '../heartbeats.ts';
import { Lanes } from '../lanes.ts';
import { assertFits } from '../refusals.ts';
import { assertTransactionsAllowed } from './preflight.ts';
import { Ownership, type OwnershipOptions } from './ownership.ts';
import type { ProducerOptions } from './producer.ts';

export interface ExactlyOnceOptions extends Omit<ProducerOptions, 'assertWorthRetrying'> {
  /** Input records of one transaction. */
  readonly recordsMax: number;
  /** What is written to. */
  readonly topics: readonly string[];
  readonly events: StageEvents;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Outputs, dead letters and the offset after their input in one transaction, by a producer of each input
 * partition that only its latest owner can use (docs/decisions/0014-transactions-by-requests-of-our-own.md).
 */
export class ExactlyOnce implements Delivery {
  readonly #options: ExactlyOnceOptions;
  readonly #ownershipOptions: OwnershipOptions;
  readonly #lanes = new Lanes();
  readonly #ownerships = new Map<string, Ownership>();
  readonly #seldom: SeldomLog;

  constructor(options: ExactlyOnceOptions) {
    this.#options = options;
    this.#seldom = new SeldomLog(options.logger, options.clock);
    this.#ownershipOptions = {
      ...options,
      onLost: (at, cause) => this.#report(at, cause),
      onCommitted: () => options.health.pass('output'),
      // All rights were there at the start, so what is refused now may come back.
      assertWorthRetrying: assertFits,
    };
  }

  /**
   * Makes sure that what follows from these input partitions can be written in transactions.
   * @throws CodedError `kafka/not-authorised`, `kafka/too-old`
   */
  async prepare(partitions: readonly TopicPartition[]): Promise<void> {
    const { cluster, health, topics } = this.#options;
    await assertTransactionsAllowed(this.#options, partitions);
    await cluster.addMultipleTargetTopics(topics);
    health.pass('output', 'connected');
  }

  joined(): void {
    for (const ownership of this.#ownerships.values()) ownership.end();
    this.#ownerships.clear();
  }

  moved(at: TopicPartition, wanted: number, next: number): void {
    this.#ownershipOf(at).moved({ wanted, next });
  }

  async deliver(payload: EachBatchPayload, work: Work): Promise<Delivered> {
    const { topic, partition } = payload.batch;
    const at = { topic, partition };
    let records: number | null = null;
    const { lost } = await withHeartbeats(work.pulse, async (signal) => {
      const end = AbortSignal.any([signal, work.stop]);
      // Two batches of one partition would go on from the same offset, in one transaction.
      records = await this.#lanes.run(placeOf(at), async () =>
        this.#ownershipOf(at).consume(payload, work, end),
      );
    });
    const next = records === null ? null : Number(payload.batch.lastOffset()) + 1;
    return { next, records: records ?? 0, lost };
  }

  async close(): Promise<void> {
    await this.#options.cluster.disconnect().catch(() => {});
  }

  #ownershipOf(at: TopicPartition): Ownership {
    const place = placeOf(at);
    const known = this.#ownerships.get(place);
    if (known !== undefined) return known;
    const ownership = new Ownership({ ...at }, this.#ownershipOptions);
    this.#ownerships.set(place, ownership);
    return ownership;
  }

  #report(at: TopicPartition, cause: unknown): void {
    const { cluster, events, health } = this.#options;
    const reason = reasonOf(cause);
    events.produceRetried();
    health.fail('output', `cannot commit: ${reason}`);
    this.#seldom.warn('transaction', { ...at, reason }, 'lost a transaction, beginning it anew');
    cluster.refreshMetadata().catch(() => {});
  }
}
