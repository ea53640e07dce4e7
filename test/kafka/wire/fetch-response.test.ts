import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { patchKafkajs } from '../../../src/kafka/patches.ts';
import { Corruption } from '../../../src/kafka/wire/corruption.ts';
import { decodeFetchResponse, type FetchResponse } from '../../../src/kafka/wire/fetch-response.ts';
import type { InputRecord } from '../../../src/stage/ports.ts';
import { limits } from '../../../src/stage/limits.ts';
import { WireError } from '../../../src/stage/records/byte-reader.ts';
import { batchOfRecords, fetchAnswer, legacyMessage } from '../../support/wire-bytes.ts';
import { aRecord } from '../fakes.ts';

const plain = {
  codec: 0,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
  isTransactional: false,
};

async function decode(version: number, bytes: Buffer, corruption = new Corruption()) {
  return decodeFetchResponse(bytes, { version, limits, corruption });
}

test.each([4, 5, 6, 7, 8, 9, 10, 11])('answers of version %i', async (version) => {
  const records = await batchOfRecords([aRecord('a'), aRecord('b')], plain);
  const decoded = await decode(version, fetchAnswer(version, records));
  expect(decoded).toMatchObject({
    throttleTime: version >= 8 ? 0 : 77,
    clientSideThrottleTime: version >= 8 ? 77 : 0,
    sessionId: version >= 7 ? 5 : 0,
    responses: [
      {
        topicName: 'flows',
        partitions: [
          {
            partition: 3,
            errorCode: 6,
            highWatermark: '1000',
            abortedTransactions: [],
            preferredReadReplica: version >= 11 ? 2 : -1,
          },
        ],
      },
    ],
  });
  const messages = decoded.responses[0]?.partitions[0]?.messages ?? [];
  expect(messages.map(({ offset }) => offset)).toEqual(['1']);
  expect(recordsIn(decoded).map(({ offset, value }) => [offset, String(value)])).toEqual([
    [0, 'a'],
    [1, 'b'],
  ]);
});

test('a partition without records has no messages', async () => {
  const decoded = await decode(11, fetchAnswer(11, Buffer.alloc(0)));
  expect(decoded.responses[0]?.partitions[0]?.messages).toEqual([]);
});

test('an answer that is cut short is refused', async () => {
  const bytes = fetchAnswer(11, Buffer.alloc(0)).subarray(0, 30);
  await expect(decode(11, bytes)).rejects.toThrow(WireError);
});

test('a damaged batch is fetched again twice and then given up', async () => {
  const records = await batchOfRecords([aRecord('a')], plain);
  records.writeUInt8(records.readUInt8(67) ^ 1, 67);
  const corruption = new Corruption();
  const bytes = fetchAnswer(11, records);
  await expect(decode(11, bytes, corruption)).rejects.toThrow(/checksum/);
  await expect(decode(11, bytes, corruption)).rejects.toThrow(/checksum/);
  const [record] = recordsIn(await decode(11, bytes, corruption));
  expect(record?.defect?.reason).toBe('decompression_failed');
});

function recordsIn({ responses }: FetchResponse): InputRecord[] {
  const messages = responses[0]?.partitions[0]?.messages ?? [];
  return messages.flatMap(({ records }) => [...records]);
}

async function legacyIn(bytes: Buffer) {
  const decoded = await decode(11, fetchAnswer(11, bytes));
  return recordsIn(decoded).map(({ offset, timestampMs, value, defect }) => [
    String(offset),
    defect?.message ?? `${timestampMs} ${String(value)}`,
  ]);
}

describe('message sets from before version 2', () => {
  patchKafkajs({ ...limits, batchBytes: 1000, batchRecords: 20 });

  test('are read too', async () => {
    const bytes = Buffer.concat([
      legacyMessage(7, Buffer.from('a')),
      legacyMessage(8, Buffer.from('b')),
    ]);
    expect(await legacyIn(bytes)).toEqual([
      ['7', '5 a'],
      ['8', '5 b'],
    ]);
  });

  test('may be packed', async () => {
    const inner = Buffer.concat([
      legacyMessage(0, Buffer.from('a')),
      legacyMessage(1, Buffer.from('b')),
    ]);
    expect(await legacyIn(legacyMessage(8, gzipSync(inner), 1))).toEqual([
      ['7', '5 a'],
      ['8', '5 b'],
    ]);
  });

  test('end where batches of version 2 begin, or where they are cut', async () => {
    const one = legacyMessage(7, Buffer.from('a'));
    const batch = await batchOfRecords([aRecord('b')], plain);
    expect(await legacyIn(Buffer.concat([one, batch]))).toEqual([['7', '5 a']]);
    expect(await legacyIn(Buffer.concat([one, one.subarray(0, 20)]))).toHaveLength(1);
  });

  test.each<[string, Buffer, RegExp]>([
    ['bytes that nothing packed', legacyMessage(8, Buffer.from('noise'), 1), /gzip: .*damaged/],
    ['a bomb', legacyMessage(8, gzipSync(Buffer.alloc(2000)), 1), /gzip: .*`limits\.batchBytes`/],
    [
      'more messages than allowed',
      legacyMessage(
        8,
        gzipSync(
          Buffer.concat(Array.from({ length: 21 }, () => legacyMessage(0, Buffer.alloc(0)))),
        ),
        1,
      ),
      /`limits\.batchRecords`/,
    ],
  ])('%s: one dead letter, and what follows is read', async (_, bytes, message) => {
    const found = await legacyIn(Buffer.concat([bytes, legacyMessage(9, Buffer.from('b'))]));
    expect(found).toEqual([
      ['8', expect.stringMatching(message)],
      ['9', '5 b'],
    ]);
  });
});
