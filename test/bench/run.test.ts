import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';

import { additionsOf } from '../../bench/run/additions.ts';
import { type ClientProcess, startClient } from '../../bench/run/client-process.ts';
import { pairsTable, rowsOf } from '../../bench/run/pairs.ts';
import { processUsage } from '../../bench/run/process-usage.ts';

const mib = 1024 * 1024;

function pace(cpuSecondsPerMillion: number) {
  const recordsPerSecond = 1000 / cpuSecondsPerMillion;
  return { cpuSecondsPerMillion, recordsPerSecond, rssBytesMax: 100 * mib };
}

describe('pairs', () => {
  const pairs = [
    { reference: pace(2), peer: pace(8) },
    { reference: pace(4), peer: pace(8) },
    { reference: pace(2), peer: pace(6) },
  ];
  const comparison = { referenceName: 'stage', peerName: 'other', pairs };

  test('are compared each with its neighbour, and the middle one is told', () => {
    const [cpu, rate, memory] = rowsOf(comparison);
    expect(cpu).toMatchObject({ name: 'stage CPU', value: 2, peer: 'other', ratio: 3 });
    expect(rate).toMatchObject({ name: 'stage rate', value: 500, ratio: 3 });
    expect(memory).toMatchObject({ name: 'stage peak memory', value: 100, ratio: 1 });
  });

  test('are a line each for people, with the lowest and the highest ratio', () => {
    const lines = pairsTable([comparison]).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('| other | 8.00 | 0.1 | 100 | 3.00 × stage | 2.00-4.00 | 3.00 |');
  });
});

describe('what records grew by', () => {
  test.each([
    [
      'two insertions with what was there between them',
      '{"p":{"a":1},"n":2}',
      '{"p":{"a":1,"b":[]},"n":2,"e":{}}',
      ',"b":[],"e":{}',
    ],
    ['one at the end', 'head', 'head and more', ' and more'],
    ['one that repeats what stands before it', 'aa', 'aaa', 'a'],
    ['nothing', 'same', 'same', ''],
  ])('is %s', (_what, before, after, added) => {
    const additions = additionsOf([Buffer.from(before)], [Buffer.from(after)]);
    expect(additions.map(String)).toEqual([added]);
  });
});

const busy = 'while (process.cpuUsage().user < 400_000);';
const idle = 'setTimeout(() => {}, 60_000);';

describe('a client', () => {
  test('is charged with what its children do', async () => {
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(busy + idle)}]); ${idle}`;
    const child = spawn(process.execPath, ['-e', parent], { detached: true });
    try {
      await expect
        .poll(() => processUsage(child.pid ?? 0).cpuSeconds, { timeout: 30_000 })
        .toBeGreaterThan(0.3);
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
  });

  test('that ends is told of with its last words', async () => {
    const code = "console.error('no broker'); process.exit(3);";
    const client = startClient({ program: process.execPath, args: ['-e', code] });
    await expect
      .poll(() => lastWords(client), { timeout: 30_000 })
      .toMatch(/ended with 3[^]*no broker/);
  });
});

function lastWords(client: ClientProcess): string {
  try {
    client.assertAlive();
  } catch (error) {
    return String(error);
  }
  return '';
}
