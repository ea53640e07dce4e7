import type { TopicPartition } from '../../stage/ports.ts';
import { CodedError } from '../../std/coded-error.ts';
import { reasonOf, troubleOf } from '../errors.ts';
import { findCoordinator } from './coordinators.ts';
import { transactionalIdOf, type ProducerOptions } from './producer.ts';

/** A producer that there is not. */
const nobody = { producerId: '-1', producerEpoch: -1 } as const;

/** What a coordinator says of it to those who may write under the id. */
const expected: ReadonlySet<string> = new Set([
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
]);

/**
 * Makes sure, without disturbing whoever uses them now, that we may write under the transactional ids of
 * these input partitions: asks for the end of a transaction that nobody has.
 * @throws CodedError `kafka/not-authorised`, `kafka/too-old`
 */
export async function assertTransactionsAllowed(
  options: Pick<ProducerOptions, 'cluster' | 'clientId' | 'groupId'>,
  partitions: readonly TopicPartition[],
): Promise<void> {
  const { cluster, clientId, groupId } = options;
  await cluster.connect();
  await cluster.refreshMetadata();
  for (const at of partitions) {
    const transactionalId = transactionalIdOf(options, at);
    try {
      const coordinator = await findCoordinator(cluster, 'transaction', transactionalId);
      await coordinator.endTxn({ ...nobody, transactionalId, transactionResult: false });
    } catch (error) {
      if (error instanceof Error && 'type' in error && expected.has(String(error.type))) continue;
      if (troubleOf(error) !== 'not-authorised') throw error;
      throw new CodedError(
        'kafka/not-authorised',
        `cannot write as transactional id \`${transactionalId}\`: ${reasonOf(error)} (allow Describe and ` +
          `Write on every TransactionalId that begins with \`${clientId}.${groupId}.\`)`,
        { cause: error },
      );
    }
  }
}
