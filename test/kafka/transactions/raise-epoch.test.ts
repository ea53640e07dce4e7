import { expect, test } from 'vitest';

import type { Broker } from '../../../src/kafka/broker.ts';
import { raiseEpoch } from '../../../src/kafka/transactions/raise-epoch.ts';
import { stub } from '../fakes.ts';
import { epochAnswer } from './fakes.ts';

/** A coordinator that gives this answer; `asked` is what it was sent. */
function coordinator(answer: Buffer) {
  const asked: Buffer[] = [];
  const broker = stub<Broker>({
    connectionPool: {
      send: async ({ request, response }) => {
        asked.push((await request.encode()).buffer);
        return response.parse(await response.decode(answer));
      },
    },
  });
  return { broker, asked };
}

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
