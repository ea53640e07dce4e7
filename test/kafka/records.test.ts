import { expect, test } from 'vitest';

import { fromKafka, toKafka } from '../../src/kafka/records.ts';

const message = {
  key: Buffer.from('key'),
  value: Buffer.from('value'),
  timestamp: '1700000000123',
  attributes: 0,
  offset: '9007199254740990',
  headers: { once: Buffer.from('1'), twice: [Buffer.from('2'), Buffer.from('3')], text: 'é' },
};

test('a record arrives with everything it had', () => {
  expect(fromKafka(message)).toEqual({
    offset: 9007199254740990,
    timestampMs: 1700000000123,
    key: message.key,
    value: message.value,
    headers: [
      ['once', Buffer.from('1')],
      ['twice', Buffer.from('2')],
      ['twice', Buffer.from('3')],
      ['text', Buffer.from('é')],
    ],
  });
});

test('a tombstone without a key stays one', () => {
  const { key, value } = fromKafka({ ...message, key: null, value: null });
  expect([key, value]).toEqual([null, null]);
});

test('a record leaves for the partition it is told, repeated headers together', () => {
  const sent = toKafka(fromKafka(message), 7);
  expect(sent).toEqual({
    partition: 7,
    key: message.key,
    value: message.value,
    timestamp: '1700000000123',
    headers: {
      once: [Buffer.from('1')],
      twice: [Buffer.from('2'), Buffer.from('3')],
      text: [Buffer.from('é')],
    },
  });
  expect(sent.value).toBe(message.value);
});

test('a header called `__proto__` is a header like any other', () => {
  const record = { ...fromKafka(message), headers: [['__proto__', Buffer.from('x')] as const] };
  expect(Object.keys(toKafka(record, 0).headers ?? {})).toEqual(['__proto__']);
});

test('bytes that are not a Buffer are sent without a copy', () => {
  const bytes = new Uint8Array([0, 1, 2, 3]).subarray(1, 3);
  const { value } = toKafka({ ...fromKafka(message), value: bytes }, 0);
  expect(value).toEqual(Buffer.from([1, 2]));
  expect(Buffer.isBuffer(value) && value.buffer === bytes.buffer).toBe(true);
});
