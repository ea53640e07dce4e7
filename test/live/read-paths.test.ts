import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { liveLimits } from '../../src/live/limits.ts';
import { readPaths } from '../../src/live/read-paths.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-read-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, text: string | Buffer = path): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
  return full;
}

async function read(paths: readonly string[] = [folder], limits = liveLimits) {
  const { texts, skipped } = await readPaths(paths, limits);
  return {
    files: texts.map(({ file }) => relative(folder, file)),
    texts: texts.map(({ text }) => text),
    skipped: skipped.map(({ path, why }) => `${relative(folder, path)}: ${why}`),
  };
}

test('folders are read recursively, sorted by name, policies only', async () => {
  for (const path of ['b.yml', 'a/z.json', 'a/README.md', 'c.YAML', '.git/x.yaml']) put(path);
  expect(await read()).toEqual({
    files: ['a/z.json', 'b.yml', 'c.YAML'],
    texts: ['a/z.json', 'b.yml', 'c.YAML'],
    skipped: [],
  });
});

test('a file given by name may bear any', async () => {
  expect((await read([put('policies.txt')])).files).toEqual(['policies.txt']);
});

test('the same file is read once, whatever leads to it', async () => {
  const path = put('a.yaml');
  symlinkSync('a.yaml', join(folder, 'b.yaml'));
  expect((await read([folder, path])).files).toEqual(['a.yaml']);
});

test('a mounted ConfigMap is read once', async () => {
  put('..2026_11_21/a.yaml', 'kind: Tier');
  symlinkSync('..2026_11_21', join(folder, '..data'));
  symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
  expect(await read()).toEqual({ files: ['a.yaml'], texts: ['kind: Tier'], skipped: [] });
});

test('a link back to its own folder is passed over, with a word', async () => {
  put('a/a.yaml');
  symlinkSync('..', join(folder, 'a/again'));
  const { files, skipped } = await read();
  expect(files).toEqual(['a/a.yaml']);
  expect(skipped).toEqual(['a/again: a link back to a folder it lies in']);
});

test('FIFOs and sockets do not block and are passed over, with a word', async () => {
  put('a.yaml');
  execFileSync('mkfifo', [join(folder, 'fifo.yaml')]);
  const server = createServer().listen(join(folder, 'socket.json'));
  try {
    expect(await read()).toMatchObject({
      files: ['a.yaml'],
      skipped: ['fifo.yaml: not a regular file', 'socket.json: not a regular file'],
    });
  } finally {
    server.close();
  }
});

test('everything that cannot be read is named at once', async () => {
  put('latin1.yaml', Buffer.from([0x6b, 0xe4, 0x73, 0x65]));
  symlinkSync('nowhere', join(folder, 'dangling.yaml'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const paths = [folder, join(folder, 'missing'), join(folder, 'fifo')];
  await expect(readPaths(paths, liveLimits)).rejects.toMatchObject({
    code: 'policy/unreadable',
    message: expect.stringMatching(
      /dangling\.yaml.*ENOENT[^]*missing.*ENOENT[^]*fifo` is neither[^]*latin1\.yaml` is not UTF-8/,
    ),
  });
});

test.each([
  ['a file beyond its limit', { policyFileBytes: 3 }, /a\.yaml` is too large.*policyFileBytes`, 3/],
  ['files beyond theirs together', { policyBytes: 7 }, /b\.yaml` is too large.*policyBytes`, 7/],
  ['too many files', { policyFiles: 1 }, /^more than `limits\.policyFiles`, 1, files$/],
  [
    'folders too deep',
    { policyFolderDepth: 1 },
    /x` lies deeper than `limits\.policyFolderDepth`, 1/,
  ],
])('%s: refused by name', async (_, limits, message) => {
  for (const path of ['a.yaml', 'b.yaml', 'x/c.yaml']) put(path, 'abcd');
  await expect(readPaths([folder], { ...liveLimits, ...limits })).rejects.toThrow(message);
});

test('a sparse giant is refused without being read', async () => {
  const path = put('giant.yaml');
  truncateSync(path, 2 ** 40);
  await expect(readPaths([path], liveLimits)).rejects.toThrow(/too large/);
});
