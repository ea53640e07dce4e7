import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { terminalProgress } from '../../src/commands/preview/progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-progress-'));
const file = join(folder, 'flows.ndjson');
writeFileSync(file, 'x'.repeat(1000));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is drawn of two batches of 100 records and 250 bytes, half a second each, and then at the end. */
async function drawn(path: string, name = path): Promise<string[]> {
  const stderr = new PassThrough({ encoding: 'utf8' });
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const progress = await terminalProgress([path], stderr, clock);
  progress.begin(name);
  for (let batch = 0; batch < 2; batch += 1) {
    nowMs += 500;
    progress.add(100, 250);
  }
  progress.end();
  return String(stderr.read()).split('\r').slice(1);
}

const clear = '\u001B[K';

describe('on a terminal', () => {
  test('a bar shows how much of a file is read, and is gone at the end', async () => {
    const end = `records, 200/s, ${file.slice(-40)}`;
    expect(await drawn(file)).toEqual([
      `${clear}[######..................] 100 ${end}`,
      `${clear}[############............] 200 ${end}`,
      clear,
    ]);
  });

  test.each([
    ['stdin', '-', '-'],
    ['flows.zst', 'flows.zst', 'flows.zst'],
    ['a-topic', '-', 'a-topic'],
  ])('whose size nobody knows, %s, shows its records', async (shown, path, name) => {
    expect((await drawn(path, name))[1]).toBe(`${clear}200 records, 200/s, ${shown}`);
  });

  test('a name cannot move the cursor', async () => {
    expect((await drawn('-', 'a\u001B[2Jb'))[0]).toBe(`${clear}100 records, 200/s, a?[2Jb`);
  });
});
