import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { patchKafkajs } from '../../../src/kafka/patches.ts';
import { layout } from '../../../src/kafka/wire/batch-header.ts';
import { crc32c } from '../../../src/kafka/wire/crc32c.ts';
import {
  CorruptBatchError,
  readBatches,
  type AbortedTransaction,
  type ReadBatch,
  type ReadOptions,
} from '../../../src/kafka/wire/read-batches.ts';
import type { BatchOptions } from '../../../src/kafka/wire/write-batch.ts';
import { limits } from '../../../src/stage/limits.ts';
import type { Header, InputRecord, OutputRecord } from '../../../src/stage/ports.ts';
import { batchOfRecords } from '../../support/wire-bytes.ts';
import { plainBatch } from './plain.ts';
import { stockDecode, stockEncode } from './stock.ts';

patchKafkajs(limits);

const plain: BatchOptions = {
  codec: 0,
  producerId: -1n,
  producerEpoch: -1,
  firstSequence: -1,
  isTransactional: false,
};
const reading: ReadOptions = { ...limits, isGivenUp: () => false };

function record(value: string, over: Partial<OutputRecord> = {}): OutputRecord {
  return {
    timestampMs: 1_700_000_000_000,
    key: null,
    value: Buffer.from(value),
    headers: [],
    ...over,
  };
}

/** A batch as it lies in a log: the broker has given it its place. */
async function stored(
  baseOffset: number,
  values: readonly string[],
  over: Partial<BatchOptions> = {},
): Promise<Buffer> {
  const batch = await batchOfRecords(
    values.map((value) => record(value)),
    { ...plain, ...over },
  );
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  return batch;
}

/** A marker that ends a transaction: type 0 aborts, 1 commits. */
async function marker(baseOffset: number, producerId: bigint, type: 0 | 1): Promise<Buffer> {
  const key = Buffer.from([0, 0, 0, type]);
  const batch = await batchOfRecords([record('', { key })], { ...plain, producerId });
  return edited(batch, (copy) => {
    copy.writeBigInt64BE(BigInt(baseOffset), 0);
    copy.writeInt16BE(0x30, 21);
  });
}
function of(producerId: bigint): Partial<BatchOptions> {
  return { producerId, isTransactional: true };
}

function edited(batch: Buffer, edit: (batch: Buffer) => void): Buffer {
  const copy = Buffer.from(batch);
  edit(copy);
  copy.writeUInt32BE(crc32c(copy.subarray(21)), layout.crcAt);
  return copy;
}

/** The records with all that is made of them only when it is asked for. */
function plainly(batch: ReadBatch | undefined): InputRecord[] {
  return Array.from(batch?.records ?? [], (one) => {
    const { offset, timestampMs, key, value, headers, defect } = one;
    const plainOne = { offset, timestampMs, key, value, headers };
    return defect === undefined ? plainOne : { ...plainOne, defect };
  });
}

async function valuesIn(bytes: Buffer, aborted: readonly AbortedTransaction[] = []) {
  const batches = await readBatches(bytes, aborted, reading);
  return batches.map(({ lastOffset, records }) => [
    lastOffset,
    ...Array.from(records, ({ value }) => String(value)),
  ]);
}

const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes, { nil: null });
const name = fc.string({ unit: 'grapheme', maxLength: 10 });
const time = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000_000_000 }),
  fc.constantFrom(-1, 0, 2 ** 50),
);
const anyRecord: fc.Arbitrary<OutputRecord> = fc.record({
  timestampMs: time,
  key: nullable,
  value: nullable,
  headers: fc.array(fc.tuple(name, nullable), { maxLength: 5 }),
});
const anyBatch = fc.record({
  records: fc.array(anyRecord, { minLength: 1, maxLength: 40 }),
  options: fc.record({
    codec: fc.integer({ min: 0, max: 4 }),
    producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }),
    producerEpoch: fc.integer({ min: -1, max: 32_767 }),
    firstSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    isTransactional: fc.boolean(),
  }),
});

describe('batches', () => {
  test('what is written is read back, every record and header in its place', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async ({ records, options }) => {
        const [batch] = await readBatches(await batchOfRecords(records, options), [], reading);
        expect(plainly(batch)).toEqual(records.map((one, offset) => ({ ...one, offset })));
      }),
    );
  });

  test('kafkajs reads what we write', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async ({ records, options }) => {
        const batch = await stockDecode(await batchOfRecords(records, options));
        expect(batch.records.map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual(
          records.map(({ key, value, timestampMs }) => [key, value, String(timestampMs)]),
        );
        expect(batch).toMatchObject({
          producerId: String(options.producerId),
          producerEpoch: options.producerEpoch,
          firstSequence: options.firstSequence,
          inTransaction: options.isTransactional,
        });
      }),
    );
  });

  test('a batch is the bytes that the plain writer writes', async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async ({ records, options }) => {
        const ours = await batchOfRecords(records, options);
        expect(ours.equals(await plainBatch(records, options))).toBe(true);
      }),
    );
  });

  test('uncompressed, we write what kafkajs writes but for the epoch of the leader', async () => {
    const plainHeaders = fc.uniqueArray(fc.tuple(name, bytes), {
      selector: ([header]) => header,
      maxLength: 3,
    });
    const stockable = fc
      .array(fc.tuple(anyRecord, plainHeaders), { minLength: 1, maxLength: 10 })
      .map((pairs) =>
        pairs.map(([one, headers]): OutputRecord => ({
          ...one,
          headers: Object.entries(Object.fromEntries(headers)) as Header[],
        })),
      );
    await fc.assert(
      fc.asyncProperty(stockable, anyBatch, async (records, { options }) => {
        const uncompressed = { ...options, codec: 0 };
        const [ours, stock] = await Promise.all([
          batchOfRecords(records, uncompressed),
          stockEncode(records, uncompressed),
        ]);
        ours.writeInt32BE(0, 12);
        expect(ours.equals(stock)).toBe(true);
      }),
    );
  });

  test('records that the broker stamped have its time', async () => {
    const batch = edited(await stored(0, ['a', 'b']), (copy) => {
      copy.writeInt16BE(0x08, 21);
      copy.writeBigInt64BE(123n, 35);
    });
    const [read] = await readBatches(batch, [], reading);
    expect(plainly(read).map(({ timestampMs }) => timestampMs)).toEqual([123, 123]);
  });

  test('offsets beyond 2^32 are exact', async () => {
    const [read] = await readBatches(await stored(2 ** 53 - 10, ['a', 'b']), [], reading);
    expect(plainly(read).map(({ offset }) => offset)).toEqual([2 ** 53 - 10, 2 ** 53 - 9]);
  });
});

describe('what a fetch brings', () => {
  test('batches one after the other; one that is cut short waits for the next fetch', async () => {
    const all = Buffer.concat([await stored(0, ['a', 'b']), await stored(2, ['c'])]);
    expect(await valuesIn(all)).toEqual([
      [1, 'a', 'b'],
      [2, 'c'],
    ]);
    expect(await valuesIn(all.subarray(0, all.length - 1))).toEqual([[1, 'a', 'b']]);
    expect(await valuesIn(all.subarray(0, 10))).toEqual([]);
  });

  test('a batch that compaction has emptied still moves the offset', async () => {
    const empty = edited((await stored(5, ['a', 'b'])).subarray(0, 61), (copy) => {
      copy.writeInt32BE(copy.length - 12, 8);
      copy.writeInt32BE(0, 57);
    });
    expect(await valuesIn(empty)).toEqual([[6]]);
  });

  test('any bytes at all are either read or refused, never more', async () => {
    const batch = await stored(0, ['a', 'b', 'c']);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 255 }), async (position, byte) => {
        const at = 21 + (position % (batch.length - 21));
        const damaged = edited(batch, (copy) => copy.writeUInt8(byte, at));
        const read = await readBatches(damaged, [], reading);
        expect(read.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('damage', () => {
  test('a wrong checksum is fetched again', async () => {
    const batch = await stored(7, ['a']);
    batch.writeUInt8(1, batch.length - 2);
    await expect(readBatches(batch, [], reading)).rejects.toThrow(CorruptBatchError);
  });

  test('a wrong checksum that stays is one dead letter with the bytes of the batch', async () => {
    const batch = await stored(7, ['a', 'b']);
    batch.writeUInt8(1, batch.length - 2);
    const [read] = await readBatches(batch, [], { ...reading, isGivenUp: () => true });
    expect(read).toEqual({
      lastOffset: 8,
      packedBytes: batch.length,
      records: [
        expect.objectContaining({
          offset: 8,
          value: batch,
          defect: {
            reason: 'decompression_failed',
            message:
              'the batch of offsets 7 to 8 cannot be unpacked: the checksum of the batch at offset 7 is wrong',
          },
        }),
      ],
    });
  });

  test.each<[string, Partial<BatchOptions>, (copy: Buffer) => void, RegExp]>([
    ['compressed bytes that are none', { codec: 4 }, (copy) => copy.fill(1, 61), /zstd: .*damaged/],
    ['more records than there are', {}, (copy) => copy.writeInt32BE(9, 57), /cut/],
    ['fewer records than there are', {}, (copy) => copy.writeInt32BE(1, 57), /more bytes/],
    ['a negative number of records', {}, (copy) => copy.writeInt32BE(-1, 57), /negative/],
    ['a record of another batch', {}, (copy) => copy.writeUInt8(0x7e, 64), /offsets of its batch/],
    ['a record of another length', {}, (copy) => copy.writeUInt8(2, 61), /another length|cut/],
    [
      'a compression that Kafka does not have',
      {},
      (copy) => copy.writeInt16BE(6, 21),
      /does not have/,
    ],
  ])('%s: one dead letter', async (_, options, edit, message) => {
    const batch = edited(await stored(7, ['a', 'b'], options), edit);
    const [read] = await readBatches(batch, [], reading);
    expect(plainly(read)).toHaveLength(1);
    expect(plainly(read)[0]?.defect?.message).toMatch(message);
    expect(plainly(read)[0]?.value).toEqual(batch);
  });

  test.each<[string, (copy: Buffer) => void]>([
    ['length', (copy) => copy.writeInt32BE(5, 8)],
    ['version', (copy) => copy.writeInt8(3, 16)],
  ])('a batch of a wrong %s is fetched again, what lies before it is read', async (what, edit) => {
    const good = await stored(6, ['a']);
    const bad = edited(await stored(7, ['b']), edit);
    await expect(readBatches(bad, [], reading)).rejects.toThrow(
      `the ${what} of the batch at offset 7 is wrong`,
    );
    expect(await valuesIn(Buffer.concat([good, bad]))).toEqual([[6, 'a']]);
  });

  test('a last offset before the first does not move the offset back', async () => {
    const batch = edited(await stored(7, ['a']), (copy) => copy.writeInt32BE(-5, 23));
    expect(await valuesIn(batch)).toEqual([[7, 'a']]);
  });

  test('more headers than allowed are one dead letter', async () => {
    const headers: Header[] = [
      ['a', null],
      ['b', null],
    ];
    const batch = await batchOfRecords([record('x', { headers }), record('y', { headers })], plain);
    const [read] = await readBatches(batch, [], { ...reading, batchHeaders: 3 });
    expect(plainly(read)[0]?.defect?.message).toMatch(/`limits\.batchHeaders`/);
  });

  test('a bomb is one dead letter', async () => {
    const batch = await stored(0, ['x'.repeat(100_000)], { codec: 1 });
    const [read] = await readBatches(batch, [], { ...reading, batchBytes: 50_000 });
    expect(plainly(read)[0]?.defect?.message).toMatch(/gzip: .*`limits\.batchBytes`/);
  });

  test('more records than allowed are one dead letter', async () => {
    const batch = await stored(0, ['a', 'b', 'c']);
    const [read] = await readBatches(batch, [], { ...reading, batchRecords: 2 });
    expect(plainly(read)[0]?.defect?.message).toMatch(/`limits\.batchRecords`, 2/);
  });

  test('a hundred and fifty thousand records are just many', async () => {
    const batch = await stored(
      0,
      Array.from({ length: 150_000 }, () => ''),
      { codec: 1 },
    );
    const [read] = await readBatches(batch, [], reading);
    expect(plainly(read)).toHaveLength(150_000);
  });
});

describe('transactions', () => {
  test('markers are seen by nobody but move the offset', async () => {
    const log = Buffer.concat([await stored(0, ['a'], of(1n)), await marker(1, 1n, 1)]);
    expect(await valuesIn(log)).toEqual([[0, 'a'], [1]]);
  });

  test('what was aborted is not seen, what the same producer commits next is', async () => {
    const log = Buffer.concat([
      await stored(0, ['no'], of(1n)),
      await marker(1, 1n, 0),
      await stored(2, ['yes'], of(1n)),
      await marker(3, 1n, 1),
    ]);
    expect(await valuesIn(log, [{ producerId: 1, firstOffset: 0 }])).toEqual([
      [0],
      [1],
      [2, 'yes'],
      [3],
    ]);
  });

  test('aborted transactions of two producers that overlap do not uncover each other', async () => {
    const log = Buffer.concat([
      await stored(0, ['no 1'], of(1n)),
      await stored(1, ['no 2'], of(2n)),
      await marker(2, 1n, 0),
      await stored(3, ['no 2'], of(2n)),
      await stored(4, ['yes 3'], of(3n)),
      await marker(5, 2n, 0),
      await stored(6, ['yes 2'], of(2n)),
    ]);
    const aborted = [
      { producerId: 2, firstOffset: 1 },
      { producerId: 1, firstOffset: 0 },
    ];
    expect(await valuesIn(log, aborted)).toEqual([
      [0],
      [1],
      [2],
      [3],
      [4, 'yes 3'],
      [5],
      [6, 'yes 2'],
    ]);
  });

  test('a fetch that begins inside two aborted transactions of one producer hides both', async () => {
    const log = Buffer.concat([
      await stored(10, ['no'], of(1n)),
      await marker(11, 1n, 0),
      await stored(12, ['no again'], of(1n)),
      await marker(13, 1n, 0),
    ]);
    const aborted = [
      { producerId: 1, firstOffset: 5 },
      { producerId: 1, firstOffset: 12 },
    ];
    expect(await valuesIn(log, aborted)).toEqual([[10], [11], [12], [13]]);
  });

  test('a record whose key looks like a marker is a record', async () => {
    const key = Buffer.from([0, 0, 0, 0]);
    const batch = await batchOfRecords([record('a', { key })], { ...plain, ...of(1n) });
    const log = Buffer.concat([batch, await stored(1, ['b'], of(1n)), await marker(2, 1n, 0)]);
    expect(await valuesIn(log, [{ producerId: 1, firstOffset: 0 }])).toEqual([[0], [1], [2]]);
  });

  test('records outside transactions are seen, whoever aborts', async () => {
    const log = await stored(0, ['a'], { producerId: 1n });
    expect(await valuesIn(log, [{ producerId: 1, firstOffset: 0 }])).toEqual([[0, 'a']]);
  });
});
