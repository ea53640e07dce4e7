import { expect, test } from 'vitest';

import { raiseEpoch } from '../../../src/kafka/transactions/raise-epoch.ts';
import { coordinator, epochAnswer } from './fakes.ts';

const session = { transactionalId: 'a.g.flows.3', producerId: '7', producerEpoch: 4 } as const;

test('names the producer that is to have the next epoch', async () => {
  const { broker, asked } = coordinator(epochAnswer(5));
  expect(await raiseEpoch(broker, session, 15_000)).toEqual({ ...session, producerEpoch: 5 });
  const bytes = [
    '00', // head
    `0c${Buffer.from(session.transactionalId).toString('hex')}`,
    '00003a98', // 15 s
    '0000000000000007 0004',
    '00',
  ];
  expect(asked[0]?.toString('hex')).toBe(bytes.join('').replaceAll(' ', ''));
});

test('a producer that somebody else has taken over gets none', async () => {
  const { broker } = coordinator(epochAnswer(-1, 47));
  await expect(raiseEpoch(broker, session, 1)).rejects.toMatchObject({
    type: 'INVALID_PRODUCER_EPOCH',
  });
});

test('an answer that is cut short is no epoch', async () => {
  const { broker } = coordinator(epochAnswer(5).subarray(0, 10));
  await expect(raiseEpoch(broker, session, 1)).rejects.toThrow('bytes cut short');
});
