import { expect, test } from 'vitest';

import { messageOf, recordsOf } from '../../src/kafka/records.ts';
import { aRecord } from './fakes.ts';

test('records travel through kafkajs untouched, as the very same objects', () => {
  const record = { ...aRecord(), offset: 5 };
  const fetched = { offset: '5', isControlRecord: false, record };
  expect(recordsOf([fetched])[0]).toBe(record);
  expect(messageOf(record, 3).record).toBe(record);
});

test('kafkajs is told the partition and that there is a value', () => {
  expect(messageOf(aRecord(), 3)).toMatchObject({ partition: 3, value: null });
});

test('a message that came by another way is a mistake of ours', () => {
  expect(() => recordsOf([{ offset: '5', value: null }])).toThrow(/^bug: /);
});
