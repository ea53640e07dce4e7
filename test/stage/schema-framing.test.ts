import { expect, test } from 'vitest';

import type { Header } from '../../src/stage/ports.ts';
import { SchemaFraming } from '../../src/stage/schema-framing.ts';

const guidBytes = Buffer.from('0100112233445566778899aabbccddeeff', 'hex');
const guid = '00112233-4455-6677-8899-aabbccddeeff';
const avro = Buffer.from('datum');

function header(bytes: Uint8Array | null): Header {
  return ['__value_schema_id', bytes];
}

test.each<[string, Buffer, readonly Header[], string | number, number]>([
  ['a number before the value', Buffer.from('000000002a02', 'hex'), [], 42, 5],
  ['a number with nothing after it', Buffer.from('0000000001', 'hex'), [], 1, 5],
  ['the largest number', Buffer.from('00ffffffff', 'hex'), [], 4_294_967_295, 5],
  ['a GUID in a header', avro, [header(guidBytes)], guid, 0],
  ['a number in a header', avro, [header(Buffer.from('0000000007', 'hex'))], 7, 0],
  ['the last of two headers', avro, [header(Buffer.from('00')), header(guidBytes)], guid, 0],
  ['a header before a prefix', Buffer.from('000000002a', 'hex'), [header(guidBytes)], guid, 0],
  ['a null header says nothing', Buffer.from('000000002a', 'hex'), [header(null)], 42, 5],
  [
    'the header of a key says nothing',
    Buffer.from('000000002a', 'hex'),
    [['__key_schema_id', guidBytes]],
    42,
    5,
  ],
])('%s', (_, value, headers, id, start) => {
  // A value is a part of a larger buffer, as it is in a fetched batch.
  const framing = new SchemaFraming();
  const within = Buffer.concat([Buffer.from('xyz'), value]).subarray(3);
  expect(framing.read({ value: within, headers })).toBe(true);
  expect(framing).toMatchObject({ id, start });
});

test.each<[string, Buffer | null, readonly Header[]]>([
  ['a tombstone', null, [header(guidBytes)]],
  ['JSON', Buffer.from('{"Key":{}}'), []],
  ['an empty value', Buffer.alloc(0), []],
  ['a prefix cut short', Buffer.from('00000000', 'hex'), []],
  ['a GUID before the value', Buffer.concat([guidBytes, avro]), []],
  ['a header cut short', avro, [header(guidBytes.subarray(0, 16))]],
  ['a header too long', avro, [header(Buffer.concat([guidBytes, guidBytes]))]],
  [
    'a header of an unknown kind',
    avro,
    [header(Buffer.from('0200112233445566778899aabbccddeeff', 'hex'))],
  ],
])('no schema is named by %s', (_, value, headers) => {
  expect(new SchemaFraming().read({ value, headers })).toBe(false);
});
