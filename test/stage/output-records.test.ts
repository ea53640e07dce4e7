import { describe, expect, test } from 'vitest';

import type { OutputRecord } from '../../src/stage/ports.ts';
import { ChunkPool } from '../../src/stage/records/chunk-pool.ts';
import { OutputRecords, packRecords } from '../../src/stage/records/output-records.ts';
import { valuesIn } from '../support/chunks.ts';

const limits = { produceRecords: 3, produceBytes: 1000 };

function ofBytes(size: number): OutputRecord {
  return { timestampMs: 1, key: null, value: Buffer.alloc(size), headers: [] };
}

describe('chunks', () => {
  test.each([
    ['nothing makes no chunk', [], []],
    ['one while all fit', [10, 10, 10], [3]],
    ['at most as many records as allowed', [1, 1, 1, 1, 1, 1, 1], [3, 3, 1]],
    ['at most as many bytes as allowed', [400, 400, 400], [2, 1]],
    ['a giant travels alone', [10, 5000, 10], [1, 1, 1]],
    ['a giant first', [5000, 10], [1, 1]],
    ['bytes are counted anew in each', [900, 900, 10], [1, 2]],
  ])('%s', (_, sizes, expected) => {
    const records = sizes.map(ofBytes);
    const packed = packRecords(records, limits);
    expect(packed.chunks().map((chunk) => chunk.records)).toEqual(expected);
    expect(packed).toHaveLength(sizes.length);
    expect([...packed]).toEqual(records);
  });

  test('hold keys and headers too', () => {
    const record: OutputRecord = {
      ...ofBytes(100),
      key: Buffer.alloc(200),
      headers: [['name', Buffer.alloc(300)]],
    };
    expect(packRecords([record, record], limits).chunks()).toHaveLength(2);
  });

  test('are whole after growing out of what they begin with', () => {
    const values = Array.from({ length: 50 }, (_, i) => String(i).repeat(3000));
    const packed = new OutputRecords(wide, new ChunkPool(wide.produceBytes));
    for (const value of values) packed.add({ ...ofBytes(0), value: Buffer.from(value) });
    expect(valuesIn(packed.chunks())).toEqual(values);
  });
});

const wide = { produceRecords: 1000, produceBytes: 1_000_000 };
const noHeaders = { count: 0, bytes: 0, write: () => {} };

describe('a record that is opened and not closed', () => {
  test('was never there', () => {
    const records = new OutputRecords(wide, new ChunkPool(wide.produceBytes));
    records.add({ ...ofBytes(0), value: Buffer.from('a') });
    records.open(7, null, noHeaders);
    records.allocate(100_000).fill('x');
    records.add({ ...ofBytes(0), value: Buffer.from('b') });
    expect(valuesIn(records.chunks())).toEqual(['a', 'b']);
  });
});

describe('memory', () => {
  test('is used anew once it is released', () => {
    const pool = new ChunkPool(wide.produceBytes);
    const [first, second] = [filled(pool), filled(pool)];
    const before = memoryOf(first);
    expect(memoryOf(second)).not.toBe(before);
    first.release();
    expect(memoryOf(filled(pool))).toBe(before);
  });

  test('of a chunk that was sent twice is not: the first may still wait in a socket', () => {
    const pool = new ChunkPool(wide.produceBytes);
    const records = filled(pool);
    const before = memoryOf(records);
    for (const chunk of records.chunks()) chunk.timesSent = 2;
    records.release();
    expect(memoryOf(filled(pool))).not.toBe(before);
  });
});

function memoryOf(records: OutputRecords): ArrayBufferLike | undefined {
  return records.chunks()[0]?.bytes.buffer;
}

function filled(pool: ChunkPool): OutputRecords {
  const records = new OutputRecords(wide, pool);
  records.add(ofBytes(100_000));
  return records;
}
