import type { TopicPartition } from '../../stage/ports.ts';
import type { Broker, TransactionalRequest } from '../broker.ts';
import type { Cluster } from '../cluster.ts';
import { placeOf } from '../delivery.ts';
import { failpoint } from '../failpoints.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { askAgain } from './ask-again.ts';
import { fetchCommittedOffset } from './committed-offset.ts';
import { findCoordinator } from './coordinators.ts';
import { raiseEpoch } from './raise-epoch.ts';

/** What all transactional producers of a stage share. */
export interface ProducerOptions {
  readonly cluster: Cluster;
  readonly clientId: string;
  readonly groupId: string;
  /** By its number in a batch's attributes. */
  readonly compression: number;
  readonly transactionTimeoutMs: number;
  /** Throws what only an operator can help with. */
  readonly assertWorthRetrying: (error: unknown, topic: string) => void;
}

/** Where an owner begins. */
export interface Opened {
  readonly producer: TransactionalProducer;
  /** Where the partition goes on; `null` = nothing was ever committed. */
  readonly committed: number | null;
}

/**
 * The one producer that may write what follows from an input partition, until somebody else opens one
 * for the same partition: the transactional id is the same for whoever owns it, and the brokers refuse
 * all but the latest epoch. It serves one transaction, and the next one has an epoch of its own: brokers, too,
 * send again what they had no answer to, and an end of one transaction that comes late must not end the
 * next (docs/decisions/0014-transactions-by-requests-of-our-own.md).
 */
export class TransactionalProducer {
  readonly options: ProducerOptions;
  /** The input partition. */
  readonly at: TopicPartition;
  readonly session: TransactionalRequest;
  readonly transactions: Broker;
  readonly group: Broker;
  readonly #sequences = new Map<string, number>();
  #isUsed = false;

  private constructor(
    options: ProducerOptions,
    at: TopicPartition,
    found: Pick<TransactionalProducer, 'session' | 'transactions' | 'group'>,
  ) {
    this.options = options;
    this.at = at;
    this.session = found.session;
    this.transactions = found.transactions;
    this.group = found.group;
  }

  /**
   * Ends what an earlier owner left open, fences it, and only then reads how far it came.
   */
  static async open(
    options: ProducerOptions,
    at: TopicPartition,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { cluster, groupId, transactionTimeoutMs: transactionTimeout } = options;
    const open = async (): Promise<Opened> => {
      const transactionalId = transactionalIdOf(options, at);
      const transactions = await findCoordinator(cluster, 'transaction', transactionalId);
      const { producerId, producerEpoch } = await askAgain(
        async () => transactions.initProducerId({ transactionalId, transactionTimeout }),
        signal,
      );
      failpoint('initialised');
      const group = await findCoordinator(cluster, 'group', groupId);
      const committed = await askAgain(
        async () => fetchCommittedOffset(group, groupId, at),
        signal,
      );
      const session = { transactionalId, producerId, producerEpoch };
      const producer = new TransactionalProducer(options, at, { session, transactions, group });
      return { producer, committed };
    };
    return unlessAborted(open(), signal);
  }

  /** One for the next transaction: itself, if it has not been used for one. Rejects if it was taken over. */
  async next(signal: AbortSignal): Promise<TransactionalProducer> {
    if (!this.#isUsed) {
      this.#isUsed = true;
      return this;
    }
    const { options, at, group, session, transactions } = this;
    const raised = askAgain(
      async () => raiseEpoch(transactions, session, options.transactionTimeoutMs),
      signal,
    );
    const found = { session: await unlessAborted(raised, signal), transactions, group };
    return new TransactionalProducer(options, at, found).next(signal);
  }

  /** The sequence number of the first of so many records for a partition. */
  takeSequence(to: TopicPartition, records: number): number {
    const first = this.#sequences.get(placeOf(to)) ?? 0;
    this.#sequences.set(placeOf(to), first + records);
    return first;
  }
}

/** The same for every owner of an input partition, and with a prefix to give rights on. */
export function transactionalIdOf(
  { clientId, groupId }: Pick<ProducerOptions, 'clientId' | 'groupId'>,
  { topic, partition }: TopicPartition,
): string {
  return `${clientId}.${groupId}.${topic}.${partition}`;
}
