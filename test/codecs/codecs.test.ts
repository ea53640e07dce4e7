import { gzipSync } from 'node:zlib';

import * as lz4 from 'lz4-napi';
import * as snappy from 'snappy';
import { describe, expect, test } from 'vitest';

import { CodecError, type CodecName } from '../../src/codecs/codec.ts';
import { codecs } from '../../src/codecs/codecs.ts';

const names = Object.keys(codecs) as CodecName[];
const text: Buffer = Buffer.from('{"action":"Allow","source_name":"cart-*"}\n'.repeat(5000));
const mebibyte = 1024 * 1024;

/** A Java client's Snappy stream: header, then blocks of `blockBytes`, each after its length. */
function xerial(bytes: Buffer, blockBytes: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from('82534e41505059000000000100000001', 'hex')];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = snappy.compressSync(bytes.subarray(at, at + blockBytes));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

/** An LZ4 frame of one raw block; `blockSizeId` 4 to 7. */
function lz4Frame(block: Buffer, blockSizeId: number, times = 1): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, blockSizeId << 4, 0]);
  return Buffer.concat([
    header,
    ...Array.from({ length: times }, () => [size, block]).flat(),
    Buffer.alloc(4),
  ]);
}

async function problem(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => expect.unreachable('decompressed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CodecError);
  return error instanceof CodecError ? `${error.codec} ${error.problem}` : '';
}

describe.each(names)('%s', (name) => {
  const codec = codecs[name];

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('x')],
    ['repetitive text', text],
    [
      'bytes of every value',
      Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7919) & 255)),
    ],
  ])('gives back %s', async (_, bytes) => {
    const back = await codec.decompress(await codec.compress(bytes), bytes.length + 1);
    expect(back.equals(bytes)).toBe(true);
  });

  test('shrinks repetitive text', async () => {
    expect((await codec.compress(text)).length).toBeLessThan(text.length / 10);
  });

  test('gives back exactly as much as allowed and refuses one byte more', async () => {
    const packed = await codec.compress(text);
    expect((await codec.decompress(packed, text.length)).length).toBe(text.length);
    expect(await problem(codec.decompress(packed, text.length - 1))).toBe(`${name} too_large`);
  });

  test('refuses a bomb without unpacking it', async () => {
    const bomb = await codec.compress(Buffer.alloc(64 * mebibyte));
    expect(bomb.length).toBeLessThan(4 * mebibyte);
    const before = process.memoryUsage().arrayBuffers;
    expect(await problem(codec.decompress(bomb, mebibyte))).toBe(`${name} too_large`);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * mebibyte);
  });

  test.each([
    ['an empty buffer', Buffer.alloc(0)],
    ['noise', Buffer.from('these bytes were never compressed by anything at all')],
    ['a high varint', Buffer.alloc(40, 0xff)],
  ])('names itself when it meets %s', async (_, bytes) => {
    expect(await problem(codec.decompress(bytes, mebibyte))).toMatch(
      new RegExp(`^${name} (damaged|too_large)$`),
    );
  });

  test('refuses a cut stream', async () => {
    const packed = await codec.compress(
      Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * i) & 255)),
    );
    expect(await problem(codec.decompress(packed.subarray(0, packed.length - 9), mebibyte))).toBe(
      `${name} damaged`,
    );
  });
});

describe('what other clients write', () => {
  test.each([100, 32 * 1024, text.length])('xerial Snappy in blocks of %i bytes', async (size) => {
    const back = await codecs.snappy.decompress(xerial(text, size), text.length);
    expect(back.equals(text)).toBe(true);
  });

  test('xerial Snappy without a block is empty', async () => {
    expect(await codecs.snappy.decompress(xerial(Buffer.alloc(0), 1), 1)).toHaveLength(0);
  });

  test('a xerial block longer than the stream is damage', async () => {
    const packed = xerial(text, 1000);
    packed.writeUInt32BE(0xffffffff, 16);
    expect(await problem(codecs.snappy.decompress(packed, mebibyte))).toBe('snappy damaged');
  });

  test('many small xerial blocks are counted together', async () => {
    const packed = xerial(Buffer.alloc(mebibyte), 1024);
    expect(await problem(codecs.snappy.decompress(packed, mebibyte - 1))).toBe('snappy too_large');
  });

  test('gzip in two members', async () => {
    const packed = Buffer.concat([gzipSync('left '), gzipSync('right')]);
    expect(String(await codecs.gzip.decompress(packed, 100))).toBe('left right');
  });

  test.each([
    [
      'with checksums',
      lz4.compressFrameSync(text, { contentChecksum: true, blockChecksums: true }),
    ],
    ['without', lz4.compressFrameSync(text, {})],
  ])('LZ4 frames %s', async (_, packed) => {
    expect((await codecs.lz4.decompress(packed, text.length)).equals(text)).toBe(true);
  });
});

describe('LZ4 frames are measured before they are unpacked', () => {
  // One literal `a`, then a match at distance 1 of 4 + 15 + 3 x 255 + 10 bytes, then literal `z`.
  const block = Buffer.from([0x1f, 0x61, 1, 0, 255, 255, 255, 10, 0x10, 0x7a]);
  const blockBytes = 1 + 4 + 15 + 3 * 255 + 10 + 1;

  test('small blocks in a frame of large block size pass by the exact count', async () => {
    // The bound of 32 blocks of 4 MiB is far beyond the cap; the exact size is not. The header
    // checksum is left at zero, so that getting as far as the decoder shows as damage.
    const frame = lz4Frame(block, 7, 32);
    expect(await problem(codecs.lz4.decompress(frame, 32 * blockBytes))).toBe('lz4 damaged');
    expect(await problem(codecs.lz4.decompress(frame, 32 * blockBytes - 1))).toBe('lz4 too_large');
  });

  test('a reserved block size is damage', async () => {
    expect(await problem(codecs.lz4.decompress(lz4Frame(block, 3), mebibyte))).toBe('lz4 damaged');
  });
});
