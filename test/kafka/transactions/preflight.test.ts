import { expect, test } from 'vitest';

import type { Broker } from '../../../src/kafka/broker.ts';
import type { Cluster } from '../../../src/kafka/cluster.ts';
import { assertTransactionsAllowed } from '../../../src/kafka/transactions/preflight.ts';
import { stub } from '../fakes.ts';
import { refusal } from './fakes.ts';

const partitions = [
  { topic: 'flows', partition: 0 },
  { topic: 'flows', partition: 1 },
];

/** Asks a broker that answers so, and tells under which ids the end of a transaction was asked for. */
async function ask(answer: Error, maxVersion = 9): Promise<string[]> {
  const ids: string[] = [];
  const broker = stub<Broker>({
    versions: { 9: { maxVersion } },
    findGroupCoordinator: async () => ({ coordinator: { nodeId: 1 } }),
    endTxn: async ({ transactionalId, producerId, transactionResult }) => {
      ids.push(transactionalId);
      expect([producerId, transactionResult]).toEqual(['-1', false]);
      throw answer;
    },
  });
  const cluster = stub<Cluster>({
    connect: async () => {},
    refreshMetadata: async () => {},
    findControllerBroker: async () => broker,
    findBroker: async () => broker,
  });
  await assertTransactionsAllowed({ cluster, clientId: 'me', groupId: 'g' }, partitions);
  return ids;
}

test('every transactional id is asked for, by a producer that there is not', async () => {
  expect(await ask(refusal('INVALID_PRODUCER_ID_MAPPING'))).toEqual([
    'me.g.flows.0',
    'me.g.flows.1',
  ]);
});

test('a missing right says what to allow', async () => {
  await expect(ask(refusal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))).rejects.toMatchObject({
    code: 'kafka/not-authorised',
    message: expect.stringMatching(/`me\.g\.flows\.0`.*begins with `me\.g\.`/),
  });
});

test('brokers that cannot tell stable offsets are refused', async () => {
  await expect(ask(refusal('INVALID_PRODUCER_ID_MAPPING'), 6)).rejects.toMatchObject({
    code: 'kafka/too-old',
  });
});

test('other trouble is left to whoever tries again', async () => {
  const loading = refusal('GROUP_LOAD_IN_PROGRESS');
  await expect(ask(loading)).rejects.toBe(loading);
});
