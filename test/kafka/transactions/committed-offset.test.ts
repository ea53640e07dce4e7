import { expect, test } from 'vitest';

import { fetchCommittedOffset } from '../../../src/kafka/transactions/committed-offset.ts';
import { coordinator, offsetAnswer } from './fakes.ts';

const at = { topic: 'flows', partition: 3 };

test('asks for one partition, and for what no open transaction will change', async () => {
  const { broker, asked } = coordinator(offsetAnswer(42));
  expect(await fetchCommittedOffset(broker, 'group', at)).toBe(42);
  const bytes = [
    '00', // head
    `06${Buffer.from('group').toString('hex')}`,
    `02 06${Buffer.from('flows').toString('hex')} 02 00000003 00`,
    '01 00', // stable only
  ];
  expect(asked[0]?.toString('hex')).toBe(bytes.join('').replaceAll(' ', ''));
});

test('names of more than 126 bytes are told in two bytes', async () => {
  const { broker, asked } = coordinator(offsetAnswer(42));
  await fetchCommittedOffset(broker, 'g'.repeat(200), at);
  expect(asked[0]?.subarray(0, 4).toString('hex')).toBe('00c90167');
});

test('nothing committed is `null`', async () => {
  expect(await fetchCommittedOffset(coordinator(offsetAnswer(-1)).broker, 'g', at)).toBe(null);
});

test.each([
  ['of the partition', offsetAnswer(5, 88), 'UNSTABLE_OFFSET_COMMIT'],
  ['of the group', offsetAnswer(5, 0, 16), 'NOT_COORDINATOR_FOR_GROUP'],
])('a refusal %s is told by its name', async (_, answer, type) => {
  const { broker } = coordinator(answer);
  await expect(fetchCommittedOffset(broker, 'g', at)).rejects.toMatchObject({ type });
});

test('an answer that is cut short is no offset', async () => {
  const { broker } = coordinator(offsetAnswer(42).subarray(0, 20));
  await expect(fetchCommittedOffset(broker, 'g', at)).rejects.toThrow('bytes cut short');
});
