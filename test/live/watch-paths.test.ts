import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { liveLimits } from '../../src/live/limits.ts';
import { PathWatcher } from '../../src/live/watch-paths.ts';

const timing = { settleMs: 20, unsettledMs: 200, pollMs: 60_000 };
let folder = '';
let watcher: PathWatcher | null = null;
const told = { changes: 0 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-watch-'));
  told.changes = 0;
});

afterEach(() => {
  watcher?.close();
  rmSync(folder, { recursive: true });
});

function put(path: string, text = path): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
  return full;
}

async function watch(paths = [folder], pollMs = timing.pollMs): Promise<void> {
  watcher = new PathWatcher({
    paths,
    limits: liveLimits,
    changed: () => (told.changes += 1),
    unwatchable: () => {},
    timing: { ...timing, pollMs },
  });
  await watcher.start();
}

/** How many changes were told once `count` of them came and time for more has passed. */
async function settled(count: number): Promise<number> {
  await vi.waitUntil(() => told.changes >= count, { timeout: 5000, interval: 5 });
  await sleep(5 * timing.settleMs);
  return told.changes;
}

test('what is there at the start is no change', async () => {
  put('a.yaml');
  await watch();
  await sleep(100);
  expect(told.changes).toBe(0);
});

test.each<[string, () => void]>([
  ['a new file', () => put('b.yaml')],
  ['a file edited', () => put('a.yaml', 'something else')],
  ['a file gone', () => rmSync(join(folder, 'a.yaml'))],
  [
    'a file replaced by a rename, as editors do',
    () => renameSync(put('.tmp', 'new'), join(folder, 'a.yaml')),
  ],
  ['a file in a new folder', () => put('deep/er/c.yaml')],
])('%s is one change', async (_, change) => {
  put('a.yaml');
  await watch();
  change();
  expect(await settled(1)).toBe(1);
});

test('a mounted ConfigMap that swaps its data is one change', async () => {
  put('..1/a.yaml', 'one');
  symlinkSync('..1', join(folder, '..data'));
  symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
  await watch();
  put('..2/a.yaml', 'two');
  symlinkSync('..2', join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  rmSync(join(folder, '..1'), { recursive: true });
  expect(await settled(1)).toBe(1);
});

test('a file given by name is watched, whatever becomes of it', async () => {
  const file = put('policies.txt');
  await watch([file]);
  renameSync(put('.new', 'replaced'), file);
  expect(await settled(1)).toBe(1);
  appendFileSync(file, 'more');
  expect(await settled(2)).toBe(2);
});

test('files in a folder that came later are watched too', async () => {
  await watch();
  put('later/a.yaml', 'one');
  expect(await settled(1)).toBe(1);
  put('later/a.yaml', 'other');
  expect(await settled(2)).toBe(2);
});

test("files that are no policies are nobody's business", async () => {
  put('a.yaml');
  await watch();
  put('notes.txt');
  put('.hidden.yaml');
  await sleep(100);
  expect(told.changes).toBe(0);
});

test('a file is read once it has stood still', async () => {
  const file = put('a.yaml', '');
  await watch();
  for (let times = 0; times < 5; times += 1) {
    appendFileSync(file, 'x'.repeat(times + 1));
    await sleep(timing.settleMs / 2);
  }
  expect(await settled(1)).toBe(1);
});

test('files that never stand still are read all the same', async () => {
  const file = put('a.yaml', '');
  await watch();
  const startMs = performance.now();
  while (told.changes === 0 && performance.now() - startMs < 30_000) {
    appendFileSync(file, 'x');
    await sleep(5);
  }
  expect(told.changes).toBe(1);
});

test('a change that nobody tells of is found by looking now and then', async () => {
  const file = put('a.yaml');
  await watch([folder], 30);
  watcher?.close();
  await watch([folder], 30);
  utimesSync(file, 1, 1);
  expect(await settled(1)).toBe(1);
});

test('a folder that vanishes and comes back is two changes', async () => {
  put('sub/a.yaml');
  await watch();
  rmSync(join(folder, 'sub'), { recursive: true });
  expect(await settled(1)).toBe(1);
  put('sub/a.yaml');
  expect(await settled(2)).toBe(2);
});
