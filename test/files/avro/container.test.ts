import { expect, describe, test } from 'vitest';
import { deflateRawSync } from 'node:zlib';
import { openContainer } from '../../../src/files/avro/read-container.ts';
import { splitBlock } from '../../../src/files/avro/split-block.ts';
import { ContainerWriter } from '../../../src/files/avro/write-container.ts';
import { encodeHeader, isContainer } from '../../../src/files/avro/container-header.ts';
import { encodeLong } from '../../../src/files/avro/long.ts';
import {
  limits,
  otherCodecs,
  readByAvsc,
  recordEnd,
  smalls,
  sync,
  type,
  writtenByAvsc,
  type Small,
} from './support.ts';

const codecNames = Object.keys(otherCodecs);
const schema = JSON.stringify(type.schema());

async function* pieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The records that are read, and what is told of the others. */
async function read(container: Buffer, pieceBytes = 4096) {
  const { header, blocks } = await openContainer(pieces(container, pieceBytes), limits);
  const records: Small[] = [];
  const faults: string[] = [];
  for await (const next of blocks) {
    const parts = next.status === 'fault' ? [next] : splitBlock(next, recordEnd);
    for (const part of parts) {
      if (part.status === 'fault') faults.push(`${part.reason}: ${part.message}`);
      else records.push(type.fromBuffer(part.bytes) as Small);
    }
  }
  return { header, records, faults };
}

/** A block written by hand. */
function block(count: number, bytes: Buffer, marker = sync): Buffer {
  return Buffer.concat([encodeLong(count), encodeLong(bytes.length), bytes, marker]);
}

const plainHeader = encodeHeader({ schema, codec: 'null', sync });
const idsOf = (records: readonly Small[]): number[] => records.map(({ id }) => id);
const encoded = (...records: Small[]): Buffer =>
  Buffer.concat(records.map((record) => type.toBuffer(record)));
const [zero, one, two] = smalls(3).map((record) => encoded(record)) as [Buffer, Buffer, Buffer];

describe.each(codecNames)('a container of codec %s', (codec) => {
  const records = smalls(500);

  test.each([1, 7, 4096, 10_000_000])(
    'is read as avsc writes it, in pieces of %i',
    async (size) => {
      const container = await writtenByAvsc(records, { codec });
      expect(isContainer(container)).toBe(true);
      const { header, records: found, faults } = await read(container, size);
      expect(faults).toEqual([]);
      expect(found).toEqual(records);
      expect(header).toMatchObject({ codec, sync });
      expect(JSON.parse(header.schema)).toEqual(type.schema());
    },
  );

  test('is written as avsc reads it', async () => {
    const writer = new ContainerWriter({ schema, codec, sync });
    const many = smalls(10_000, 30);
    const parts = [writer.begin()];
    for (const record of many) parts.push(await writer.add([encoded(record)]));
    parts.push(await writer.finish());
    expect(parts.filter((part) => part.length > 0).length).toBeGreaterThan(4);
    expect(await readByAvsc(Buffer.concat(parts))).toEqual(many);
  });

  test('with a byte changed loses one block and no more', async () => {
    const container = await writtenByAvsc(records, { codec, blockBytes: 600 });
    const middle = container.indexOf(sync, container.length / 2) - 20;
    container.writeUInt8(container.readUInt8(middle) ^ 0x55, middle);
    const { records: found, faults } = await read(container);
    expect(faults.every((told) => /the block at byte \d+ /.test(told))).toBe(true);
    expect(found.length).toBeGreaterThan(350);
    expect(idsOf(found).at(-1)).toBe(499);
  });

  test('of which a block is a bomb is read but for it', async () => {
    const [pack] = otherCodecs[codec] as [(bytes: Buffer) => Uint8Array, unknown];
    const bomb = Buffer.from(pack(Buffer.alloc(limits.batchBytes + 1)));
    const container = Buffer.concat([
      encodeHeader({ schema, codec, sync }),
      block(1, Buffer.from(pack(zero))),
      block(1, bomb),
      block(1, Buffer.from(pack(one))),
    ]);
    const { records: found, faults } = await read(container);
    expect(idsOf(found)).toEqual([0, 1]);
    expect(faults).toEqual([expect.stringContaining('`limits.batchBytes`')]);
  });
});

describe('damage', () => {
  const place = plainHeader.length;

  test.each<[string, Buffer, number[], RegExp[]]>([
    ['nothing but a header', Buffer.alloc(0), [], []],
    ['blocks of nothing', Buffer.concat([block(0, Buffer.alloc(0)), block(1, zero)]), [0], []],
    [
      'a cut block',
      block(1, zero).subarray(0, -1),
      [],
      [/^truncated: the block at byte \d+ is cut/],
    ],
    [
      'a block cut after a good one',
      Buffer.concat([block(1, zero), block(2, encoded(...smalls(2))).subarray(0, 5)]),
      [0],
      [/^truncated/],
    ],
    [
      'a wrong marker',
      Buffer.concat([block(1, zero, Buffer.alloc(16, 1)), block(1, one), block(1, two)]),
      // Where the first block would have ended is not known: the second goes with it.
      [2],
      [new RegExp(`^not_a_record: the block at byte ${place} does not end with the marker`)],
    ],
    [
      'a size beyond the file',
      Buffer.concat([encodeLong(1), encodeLong(900_000), zero, sync, block(1, one)]),
      [1],
      [/^truncated/],
    ],
    [
      'a size beyond the limit',
      Buffer.concat([encodeLong(1), encodeLong(2 ** 40), zero, sync, block(1, one)]),
      [1],
      [/^too_large: .*`limits\.batchBytes`/],
    ],
    [
      'a negative number of records',
      Buffer.concat([Buffer.from([1]), encodeLong(zero.length), zero, sync, block(1, one)]),
      [1],
      [/^not_a_record: .*impossible/],
    ],
    [
      'a number of ten bytes and more',
      Buffer.concat([Buffer.alloc(30, 0xff), sync, block(1, one)]),
      [1],
      [/^not_a_record: .*impossible/],
    ],
    ['four billion records in a byte', block(4e9, zero), [0], [/record 1 of 4000000000/]],
    [
      'records that are fewer than there are',
      block(1, encoded(...smalls(2))),
      [0],
      [/has \d+ bytes behind/],
    ],
    [
      'a record that is none',
      block(2, Buffer.concat([zero, Buffer.alloc(5, 0xff)])),
      [0],
      [/record 1 of 2/],
    ],
    [
      'something behind the last block',
      Buffer.concat([block(1, zero), Buffer.from('more')]),
      [0],
      [/^truncated/],
    ],
  ])('%s', async (_, blocks, ids, faults) => {
    for (const pieceBytes of [1, 10_000]) {
      const found = await read(Buffer.concat([plainHeader, blocks]), pieceBytes);
      expect(idsOf(found.records)).toEqual(ids);
      expect(found.faults).toEqual(faults.map((fault) => expect.stringMatching(fault)));
    }
  });

  test('a Snappy block whose checksum is wrong is told', async () => {
    const packed = Buffer.from(otherCodecs['snappy']?.[0](zero) ?? []);
    packed.writeUInt8(packed.readUInt8(packed.length - 1) ^ 1, packed.length - 1);
    const header = encodeHeader({ schema, codec: 'snappy', sync });
    const { faults } = await read(Buffer.concat([header, block(1, packed)]));
    expect(faults).toEqual([expect.stringMatching(/^decompression_failed: .*snappy: .*checksum/)]);
  });

  test('a bomb costs no more than the limit', async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const header = encodeHeader({ schema, codec: 'deflate', sync });
    const before = process.memoryUsage().arrayBuffers;
    const { faults } = await read(Buffer.concat([header, block(1, bomb)]));
    expect(faults).toHaveLength(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('the header', () => {
  const long = 'x'.repeat(limits.recordBytes);

  test('may have its map in blocks with a size', async () => {
    const text = Buffer.from(schema);
    const container = Buffer.concat([
      Buffer.from('Obj\u0001'),
      Buffer.from([1]), // one member, and its size:
      encodeLong(14 + text.length),
      encodeLong(11),
      Buffer.from('avro.schema'),
      encodeLong(text.length),
      text,
      encodeLong(0),
      sync,
      block(1, zero),
    ]);
    expect(idsOf((await read(container)).records)).toEqual([0]);
  });

  test.each<[string, Buffer, RegExp]>([
    ['that is cut', plainHeader.subarray(0, 40), /damaged, cut at byte/],
    ['without a marker', plainHeader.subarray(0, -3), /damaged, cut/],
    ['of only four bytes', Buffer.from('Obj\u0001'), /damaged, cut/],
    [
      'that is too long',
      encodeHeader({ schema: long, codec: 'null', sync }),
      /`limits\.recordBytes`/,
    ],
    [
      'whose member has a length that lies',
      Buffer.concat([Buffer.from('Obj\u0001\u0002'), encodeLong(2 ** 50)]),
      /damaged/,
    ],
    [
      'of a billion members',
      Buffer.concat([Buffer.from('Obj\u0001'), encodeLong(1e9), Buffer.alloc(9000)]),
      /damaged|`avro.schema`/,
    ],
    [
      'without a schema',
      Buffer.concat([Buffer.from('Obj\u0001\u0000'), sync]),
      /no `avro\.schema`/,
    ],
    [
      'of codec bzip2',
      encodeHeader({ schema, codec: 'bzip2', sync }),
      /packed with `bzip2`, which is not read; .*`zstandard`/,
    ],
    ['of codec xz', encodeHeader({ schema, codec: 'xz', sync }), /packed with `xz`/],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'input/container',
      message: expect.stringMatching(message),
    });
  });
});
