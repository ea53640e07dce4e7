import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openInput } from '../../src/files/open-input.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-input-'));
});
afterAll(() => rm(folder, { recursive: true }));

const text = 'flow '.repeat(200_000);

const skippable = Buffer.from('502a4d1804000000aabbccdd', 'hex');

async function read(path: string, stdin = Readable.from([])): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of openInput(path, { stdin })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function* piecesOf(bytes: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function fileOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

test.each<[string, Uint8Array | string]>([
  ['plain', text],
  ['gzip', gzipSync(text)],
  ['gzip of several members', Buffer.concat([gzipSync(text.slice(0, 9)), gzipSync(text.slice(9))])],
  ['zstd', zstdCompressSync(text)],
  [
    'zstd of several frames',
    Buffer.concat([zstdCompressSync(text.slice(0, 9)), zstdCompressSync(text.slice(9))]),
  ],
  [
    'zstd that begins with a frame to be skipped',
    Buffer.concat([skippable, zstdCompressSync(text)]),
  ],
  [
    'zstd with such a frame in the middle',
    Buffer.concat([zstdCompressSync(text.slice(0, 9)), skippable, zstdCompressSync(text.slice(9))]),
  ],
  ['gzip with zeros behind it', Buffer.concat([gzipSync(text), Buffer.alloc(1000)])],
])('%s, whatever the name', async (name, bytes) => {
  expect((await read(await fileOf(name, bytes))) === text).toBe(true);
});

test.each(['', 'a', 'abc'])('a file of only %j', async (short) => {
  expect(await read(await fileOf('short', short))).toBe(short);
});

describe.each([
  ['gzip', (part: string) => gzipSync(part)],
  ['zstd', (part: string) => zstdCompressSync(part)],
] as const)('%s', (_, pack) => {
  test.each([1, 2, 3, 11])('of three parts, in pieces of %i', async (pieceBytes) => {
    const packed = Buffer.concat(['flow ', 'by ', 'flow'].map((part) => pack(part)));
    expect(await read('-', Readable.from(piecesOf(packed, pieceBytes)))).toBe('flow by flow');
  });

  test.each([1000, 65_536, 10_000_000])(
    'that is cut gives all that could be unpacked, in pieces of %i, however slowly it is taken',
    async (pieceBytes) => {
      const lines = Array.from({ length: 50_000 }, (__, n) => `${n} ${Math.sin(n)}\n`).join('');
      const whole = pack(lines);
      const cut = Readable.from(piecesOf(whole.subarray(0, whole.length - 10), pieceBytes));
      let taken = 0;
      let message = '';
      try {
        for await (const chunk of openInput('-', { stdin: cut })) {
          taken += chunk.length;
          await turn();
        }
      } catch (error) {
        message = String(error);
      }
      // A block of zstd, of 128 KiB, is unpacked whole or not at all.
      expect(taken).toBeGreaterThan(lines.length - 131_073);
      expect(message).toContain(`cannot read \`stdin\`: unexpected end of file, ${taken} bytes`);
    },
  );
});

test.each([gzipSync(text), zstdCompressSync(text)])(
  'a source that fails is told',
  async (packed) => {
    const failing = async function* () {
      yield packed.subarray(0, 20);
      throw new Error('the wire was cut');
    };
    await expect(read('-', Readable.from(failing()))).rejects.toThrow('the wire was cut');
  },
);

test('- is stdin, packed or not', async () => {
  expect(await read('-', Readable.from([Buffer.from('a'), Buffer.from('b')]))).toBe('ab');
  const packed = gzipSync('ab');
  const pieces = [packed.subarray(0, 1), packed.subarray(1)];
  expect(await read('-', Readable.from(pieces))).toBe('ab');
});

test.each<[string, Uint8Array | null, string]>([
  ['missing', null, 'ENOENT'],
  ['broken gzip', Buffer.from('1f8b0800ffff', 'hex'), 'unexpected end of file'],
  ['cut gzip', gzipSync(text).subarray(0, 500), 'unexpected end of file'],
  ['cut zstd', zstdCompressSync(text).subarray(0, 40), 'cannot read'],
])('%s is told with the name of the file', async (name, bytes, message) => {
  const path = bytes === null ? join(folder, name) : await fileOf(name, bytes);
  const reading = read(path);
  await expect(reading).rejects.toMatchObject({ code: 'input/unreadable' });
  await expect(reading).rejects.toThrow(message);
  await expect(reading).rejects.toThrow(`\`${path}\``);
});
