import type { Sink, TopicPartition } from '../../stage/ports.ts';
import type { Chunk } from '../../stage/records/output-records.ts';
import { assert } from '../../std/assert.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Broker } from '../broker.ts';
import { failpoint, failpointSoon } from '../failpoints.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { messagesOf } from '../wire/chunk-messages.ts';
import { askAgain } from './ask-again.ts';
import type { TransactionalProducer } from './producer.ts';
import { TransactionLost } from './transaction-lost.ts';

/** A transaction is given up long before the broker would, so that its readers do not wait for it. */
const shareOfTimeout = 1 / 3;

/**
 * What follows from some input records, and the offset after them: all of it or nothing. At the first
 * trouble it is lost; nothing is tried twice and nothing aborted, since the next owner's beginning does
 * that, and fences whatever of it is still under way.
 */
export class Transaction implements Sink {
  readonly #producer: TransactionalProducer;
  readonly #next: number;
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | null = null;

  /** `next` is the offset after its input. */
  constructor(producer: TransactionalProducer, next: number) {
    this.#producer = producer;
    this.#next = next;
  }

  /** @throws TransactionLost; CodedError if no trying again will help; else the reason of `signal` */
  async produce(to: TopicPartition, chunks: readonly Chunk[], signal: AbortSignal): Promise<void> {
    const { options, session, transactions } = this.#producer;
    const topics = [{ topic: to.topic, partitions: [to.partition] }];
    await this.#within(signal, async (end) => {
      try {
        await askAgain(async () => transactions.addPartitionsToTxn({ ...session, topics }), end);
        for (const chunk of chunks) {
          end.throwIfAborted();
          await this.#send(to, chunk);
        }
      } catch (error) {
        options.assertWorthRetrying(error, to.topic);
        throw error;
      }
    });
  }

  /** @throws TransactionLost */
  async commit(): Promise<void> {
    const { at, group, options, session, transactions } = this.#producer;
    const { groupId } = options;
    const offsets = [{ partition: at.partition, offset: String(this.#next), metadata: null }];
    const topics = [{ topic: at.topic, partitions: offsets }];
    await this.#within(null, async (end) => {
      failpoint('before-offsets');
      await askAgain(async () => transactions.addOffsetsToTxn({ ...session, groupId }), end);
      failpoint('after-offsets');
      await group.txnOffsetCommit({ ...session, groupId, topics });
      end.throwIfAborted();
      failpoint('before-end');
      const ended = transactions.endTxn({ ...session, transactionResult: true });
      failpointSoon('end-sent');
      await ended;
      failpoint('after-commit');
    });
    this.close();
  }

  /** Nothing more is sent in it. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#end.abort(new TransactionLost(new Error('the transaction has ended')));
  }

  async #within(
    signal: AbortSignal | null,
    work: (end: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.#begin();
    const ours = this.#end.signal;
    const end = signal === null ? ours : AbortSignal.any([signal, ours]);
    try {
      await unlessAborted(work(end), end);
    } catch (error) {
      this.close();
      const isKnown = error instanceof TransactionLost || error instanceof CodedError;
      if (isKnown || (signal?.aborted === true && error === signal.reason)) throw error;
      throw new TransactionLost(error);
    }
  }

  #begin(): void {
    if (this.#timer !== null) return;
    failpoint('begin');
    const timeoutMs = this.#producer.options.transactionTimeoutMs * shareOfTimeout;
    this.#timer = setTimeout(() => {
      this.#end.abort(new TransactionLost(new Error(`no end within ${timeoutMs / 1000} s`)));
    }, timeoutMs);
  }

  async #send(to: TopicPartition, chunk: Chunk): Promise<void> {
    const { session, options } = this.#producer;
    const leader = await this.#leaderOf(to);
    const firstSequence = this.#producer.takeSequence(to, chunk.records);
    const messages = messagesOf(chunk, to.partition);
    await leader.produce({
      ...session,
      acks: -1,
      timeout: options.transactionTimeoutMs,
      compression: options.compression,
      topicData: [
        { topic: to.topic, partitions: [{ partition: to.partition, firstSequence, messages }] },
      ],
    });
  }

  async #leaderOf({ topic, partition }: TopicPartition): Promise<Broker> {
    const { cluster } = this.#producer.options;
    const found = cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition);
    assert(found !== undefined, 'a partition that there is not');
    return cluster.findBroker({ nodeId: found.leader });
  }
}
