// Records and batches made to bring a stage down: in a process of 256 MiB of heap each of them has exactly
// the outcome that the table says, in bounded time.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, test } from 'vitest';

import type { Report } from './child.ts';
import { bombs } from './table.ts';

const heapMebibytes = 256;
/** Of all threads that read and of the one that judges. The slowest is 50,000 records of which none is like another: 0.3 to 0.7 ms each on a busy machine. */
const msMax = 40_000;

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const reports = new Map<string, Report>();
let ending = '';

beforeAll(async () => {
  const args = [`--max-old-space-size=${heapMebibytes}`, '--disable-proto=delete', child];
  ending = await new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 240_000 }, (error, stdout, stderr) => {
      for (const line of stdout.split('\n').filter(Boolean)) {
        const report = JSON.parse(line) as Report;
        reports.set(report.name, report);
      }
      resolve(error === null ? 'done' : `${error.message}\n${stderr}`);
    });
  });
}, 250_000);

test('the process lives through all of them', () => {
  expect(ending).toBe('done');
});

test.each(bombs)('$name', ({ name, outcomes, each }) => {
  const report = reports.get(name);
  if (report === undefined) throw new Error(`the process ended before or in it: ${ending}`);
  const kinds = Object.entries(report.outcomes);
  expect(kinds.map(([outcome]) => outcome)).toEqual([expect.stringMatching(each)]);
  expect(kinds.reduce((sum, [, count]) => sum + count, 0)).toBe(outcomes);
  expect(report.ms).toBeLessThan(msMax);
});
