import type { TopicPartition } from '../../stage/ports.ts';
import type { Broker, TransactionalRequest } from '../broker.ts';
import type { Cluster } from '../cluster.ts';
import { placeOf } from '../delivery.ts';
import { failpoint } from '../failpoints.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { askAgain } from './ask-again.ts';
import { fetchCommittedOffset } from './committed-offset.ts';
import { findCoordinator } from './coordinators.ts';

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

/** Sequence numbers go round. */
const sequences = 2 ** 31;

/**
 * The one producer that may write what follows from an input partition, until somebody else opens one
 * for the same partition: the transactional id is the same for whoever owns it, and the brokers refuse
 * all but the latest. It is used until the first trouble and never after that.
 */
export class TransactionalProducer {
  readonly options: ProducerOptions;
  /** The input partition. */
  readonly at: TopicPartition;
  readonly session: TransactionalRequest;
  readonly transactions: Broker;
  readonly group: Broker;
  /** Where the partition goes on; `null` = nothing was ever committed. */
  readonly committed: number | null;
  readonly #sequences = new Map<string, number>();

  private constructor(
    options: ProducerOptions,
    at: TopicPartition,
    found: Pick<TransactionalProducer, 'session' | 'transactions' | 'group' | 'committed'>,
  ) {
    this.options = options;
    this.at = at;
    this.session = found.session;
    this.transactions = found.transactions;
    this.group = found.group;
    this.committed = found.committed;
  }

  /**
   * Ends what an earlier owner left open, fences it, and only then reads how far it came.
   */
  static async open(
    options: ProducerOptions,
    at: TopicPartition,
    signal: AbortSignal,
  ): Promise<TransactionalProducer> {
    const { cluster, groupId, transactionTimeoutMs: transactionTimeout } = options;
    const transactionalId = transactionalIdOf(options, at);
    const open = async (): Promise<TransactionalProducer> => {
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
      return new TransactionalProducer(options, at, { session, transactions, group, committed });
    };
    return unlessAborted(open(), signal);
  }

  /** The sequence number of the first of so many records for a partition. */
  takeSequence(to: TopicPartition, records: number): number {
    const first = this.#sequences.get(placeOf(to)) ?? 0;
    this.#sequences.set(placeOf(to), (first + records) % sequences);
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
