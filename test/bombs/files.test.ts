// Files made to bring `evaluate` down: in a process of 256 MiB of heap it tells what is wrong with them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const policies = fileURLToPath(new URL('../../examples/staging-guide/policies', import.meta.url));
const MIB = 1024 * 1024;

/** This many of one packed piece: zstd and gzip are both made of as many parts as one likes. */
function packed(piece: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => piece));
}

const rows: readonly (readonly [name: string, file: () => Buffer, told: string])[] = [
  [
    'a line of 512 MiB',
    () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, 'x')), 16),
    '1 unreadable, too_large: ',
  ],
  [
    'a value of 64 MiB of brackets',
    () => gzipSync(Buffer.alloc(64 * MIB, '[')),
    // The value, and the list that it is the first item of.
    '2 unreadable, truncated: ',
  ],
  [
    'a list of 200,000 objects',
    () =>
      gzipSync(
        Buffer.concat([Buffer.from('[{}'), Buffer.alloc(800_000, ',{} '), Buffer.from(']')]),
      ),
    '200001 unreadable, unknown_format: ',
  ],
  [
    '300,000 records of a letter',
    () => gzipSync(Buffer.alloc(600_000, 'x\n')),
    '300000 unreadable, ',
  ],
  ['128 MiB of empty lines', () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, '\n')), 4), ''],
  ['128 MiB of blanks', () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, ' ')), 4), ''],
  ['a hundred thousand empty parts', () => packed(gzipSync(''), 100_000), ''],
];

test.each(rows)('%s', { timeout: 120_000 }, async (_, file, told) => {
  const { exitCode, stderr } = await evaluate(file());
  expect(stderr).toContain(told);
  expect(stderr.match(/unreadable/g)?.length ?? 0).toBe(told === '' ? 0 : 1);
  expect(exitCode).toBe(told === '' ? 0 : 65);
});

async function evaluate(stdin: Buffer) {
  const node = ['--max-old-space-size=256', '--disable-proto=delete'];
  const args = [...node, cli, 'evaluate', '--strict', '--policies', policies];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(stdin);
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  return { exitCode, stderr };
}
