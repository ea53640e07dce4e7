// Files made to bring `evaluate` down: in a process of 256 MiB of heap it tells what is wrong with them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { ContainerWriter } from '../../src/files/avro/write-container.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const policies = fileURLToPath(new URL('../../examples/staging-guide/policies', import.meta.url));
const MIB = 1024 * 1024;

/** This many of one packed piece: zstd and gzip are both made of as many parts as one likes. */
function packed(piece: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => piece));
}

/** A container of flows that have one field more; the records are given as bytes. */
async function container(type: object, records: readonly Buffer[]): Promise<Buffer> {
  const texts = ['protocol', 'reporter'].map((name) => ({ name, type: 'string' }));
  const fields = [...texts, { name: 'more', type }];
  const schema = JSON.stringify({ type: 'record', name: 'acme.Flow', fields });
  const writer = new ContainerWriter({ schema, codec: 'deflate', sync: Buffer.alloc(16, 7) });
  const blocks = [await writer.add(records), await writer.finish()];
  return Buffer.concat([writer.begin(), ...blocks]);
}

const chain = { type: 'record', name: 'Node', fields: [{ name: 'next', type: ['null', 'Node'] }] };

const containers: readonly Row[] = [
  [
    'a container with a block of 100 MiB of zeros',
    () => container(chain, [Buffer.alloc(100 * MIB)]),
    '1 record unreadable, decompression_failed: ',
  ],
  [
    'a container with a list of two billion nulls, and another',
    () => {
      const list = Buffer.from('0000fcffffff0f00', 'hex');
      return container({ type: 'array', items: 'null' }, [list, list]);
    },
    '2 records unreadable, too_many_items: ',
  ],
  [
    'a container with a list of two billion texts in a few bytes',
    () => container({ type: 'array', items: 'string' }, [Buffer.from('0000fcffffff0f', 'hex')]),
    '1 record unreadable, not_a_record: record 0 of 1 ',
  ],
  [
    'a container with a record in a record, ten million deep',
    () => container(chain, [Buffer.concat([Buffer.alloc(2), Buffer.alloc(10 * MIB, 2)])]),
    '1 record unreadable, not_a_record: record 0 of 1 ',
  ],
  [
    'a container with a record in a record, a hundred deep',
    () =>
      container(chain, [Buffer.concat([Buffer.alloc(2), Buffer.alloc(100, 2), Buffer.alloc(1)])]),
    '1 record unreadable, too_deep: ',
  ],
  [
    'a container of half a million records of a few bytes',
    () => {
      const small = Buffer.from('0000fcffffff0f00', 'hex');
      return container(
        { type: 'array', items: 'null' },
        Array.from({ length: 500_000 }, () => small),
      );
    },
    '500,000 records unreadable, too_many_items: ',
  ],
];

type Row = readonly [name: string, file: () => Buffer | Promise<Buffer>, told: string];

const rows: readonly Row[] = [
  ...containers,
  [
    'a line of 512 MiB',
    () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, 'x')), 16),
    '1 record unreadable, too_large: ',
  ],
  [
    'a value of 64 MiB of brackets',
    () => gzipSync(Buffer.alloc(64 * MIB, '[')),
    // The value, and the list that it is the first item of.
    '2 records unreadable, truncated: ',
  ],
  [
    'a list of 200,000 objects',
    () =>
      gzipSync(
        Buffer.concat([Buffer.from('[{}'), Buffer.alloc(800_000, ',{} '), Buffer.from(']')]),
      ),
    '200,001 records unreadable, unknown_format: ',
  ],
  [
    '300,000 records of a letter',
    () => gzipSync(Buffer.alloc(600_000, 'x\n')),
    '300,000 records unreadable, ',
  ],
  ['128 MiB of empty lines', () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, '\n')), 4), ''],
  ['128 MiB of blanks', () => packed(zstdCompressSync(Buffer.alloc(32 * MIB, ' ')), 4), ''],
  ['a hundred thousand empty parts', () => packed(gzipSync(''), 100_000), ''],
];

test.each(rows)('%s', { timeout: 120_000 }, async (_, file, told) => {
  const { exitCode, stderr } = await evaluate(await file());
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
