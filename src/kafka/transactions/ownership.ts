import type { EachBatchPayload } from 'kafkajs';

import type { TopicPartition } from '../../stage/ports.ts';
import { assert } from '../../std/assert.ts';
import { batchOf, type Work } from '../delivery.ts';
import type { Pulse } from '../heartbeats.ts';
import { sleep } from '../sleep.ts';
import { fetchedOffsetOf } from '../wire/fetched-message.ts';
import { TransactionalProducer, type ProducerOptions } from './producer.ts';
import { sliceOf, type Slice } from './slices.ts';
import { Transaction } from './transaction.ts';
import { isFence, TransactionLost } from './transaction-lost.ts';

export interface OwnershipOptions extends ProducerOptions {
  /** Input records of one transaction. */
  readonly recordsMax: number;
  /** A transaction is lost and begun anew. */
  readonly onLost: (at: TopicPartition, cause: unknown) => void;
  readonly onCommitted: () => void;
}

/** Offsets that are gone, and where the partition goes on. */
export interface Gap {
  readonly wanted: number;
  readonly next: number;
}

/** What the slices of one batch have in common. */
interface Turn extends Pick<Work, 'handle'> {
  readonly payload: EachBatchPayload;
  readonly signal: AbortSignal;
}

const retryMs = { first: 100, max: 2000 };

/**
 * An input partition for as long as one generation of the group leaves it to us. Its gate is shut until a
 * producer is open, which fences earlier owners and says how far they came; it shuts at the first trouble.
 */
export class Ownership {
  readonly #at: TopicPartition;
  readonly #options: OwnershipOptions;
  #producer: TransactionalProducer | null = null;
  #next = 0;
  #gap: Gap | null = null;
  /** Fewer after a loss, so that a transaction ends in its time. */
  #recordsMax: number;
  #hasEnded = false;
  /** So the next batch begins with the question where. */
  #hasMoved = false;

  constructor(at: TopicPartition, options: OwnershipOptions) {
    this.#at = at;
    this.#options = options;
    this.#recordsMax = options.recordsMax;
  }

  /** The group has been dealt anew; who owns the partition now is for another to know. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The log begins later than where we are. */
  moved(gap: Gap): void {
    this.#gap = gap;
    this.#hasMoved = true;
  }

  /** Works on what a fetch brought beyond what is committed; returns how many records that were. */
  async consume(
    payload: EachBatchPayload,
    work: Work,
    signal: AbortSignal,
  ): Promise<number | null> {
    let records = 0;
    if (this.#hasMoved) [this.#producer, this.#hasMoved] = [null, false];
    for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.max)) {
      signal.throwIfAborted();
      if (this.#hasEnded) return null;
      try {
        this.#producer ??= await this.#open(work.pulse, signal);
        if (this.#hasEnded) return null;
        this.#next = Math.max(this.#next, fetchedOffsetOf(payload.batch));
        // Where it is all behind us, the consumer has to be told.
        payload.resolveOffset(String(this.#next - 1));
        for (;;) {
          const slice = sliceOf(payload.batch, this.#next, this.#recordsMax);
          if (slice === null) break;
          await this.#transact(slice, { payload, handle: work.handle, signal });
          records += slice.records.length;
          waitMs = retryMs.first;
          if (this.#hasEnded) return null;
          payload.resolveOffset(String(slice.next - 1));
        }
        return records;
      } catch (error) {
        this.#producer = null;
        if (!(error instanceof TransactionLost)) throw error;
        this.#options.onLost(this.#at, error.cause);
        // Whoever was fenced may be no member any more: it must not take the partition back before a
        // beat has told, and one that comes sooner is not sent.
        await sleep(isFence(error) ? work.pulse.everyMs : waitMs, signal);
      }
    }
  }

  async #open(pulse: Pulse, signal: AbortSignal): Promise<TransactionalProducer> {
    await pulse.beat();
    const opening = TransactionalProducer.open(this.#options, this.#at, signal);
    const { producer, committed } = await orLost(opening, signal);
    this.#next = this.#startOf(committed);
    return producer;
  }

  /** Without a committed offset, where the consumer begins. */
  #startOf(committed: number | null): number {
    if (committed === null) return 0;
    const { wanted, next } = this.#gap ?? { wanted: -1, next: 0 };
    return committed <= wanted ? next : committed;
  }

  async #transact({ records, next }: Slice, turn: Turn): Promise<void> {
    const { payload, handle, signal } = turn;
    assert(this.#producer !== null, 'a transaction without a producer');
    const producer = await orLost(this.#producer.next(signal), signal);
    this.#producer = producer;
    const transaction = new Transaction(producer, next);
    try {
      await handle(batchOf(payload, records), signal, transaction);
      this.#next = next;
      this.#gap = null;
      this.#recordsMax = Math.min(this.#recordsMax * 2, this.#options.recordsMax);
      this.#options.onCommitted();
    } catch (error) {
      // It may have been too much for a broker that is slow, or slows us down.
      this.#recordsMax = Math.max(1, Math.floor(this.#recordsMax / 2));
      throw error;
    } finally {
      transaction.close();
    }
  }
}

/** What fails without our having been told to end is a transaction that is lost before it began. */
async function orLost<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    throw new TransactionLost(error);
  }
}
