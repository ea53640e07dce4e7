import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import type { Row } from '../../bench/run/rows.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';

const { bootstrap } = sharedBroker();

const small = ['--size', 'small', '--records', '1000'];

test.concurrent('every client of Node does what it says', { timeout: 300_000 }, async () => {
  const { stderr } = await bench('stage.ts', [...small, '--pairs', '0']);
  const said = stderr.split('\n').filter((line) => line.includes(' bytes a record'));
  // What passes is unchanged; the naive stage writes what ours does.
  expect(said.map((line) => line.replace(/: \d+ bytes a record, output \w+/, ''))).toEqual([
    'stage, that of the stage',
    'plain-pass, the same as the input',
    'pass-plus',
    'kafkajs-pass, the same as the input',
    'naive-stage, that of the stage',
    'stage-exactly-once, that of the stage',
    'stage-avro',
    'pass-plus-avro',
  ]);
});

test.concurrent('the stage is measured beside another, in a size that proves nothing but that', async () => {
  const { rows } = await bench('stage.ts', [...small, '--rows', 'pass-plus', '--pairs', '1']);
  expect(rows.map(({ name, better, peer }) => [name, better, peer])).toEqual([
    ['stage CPU', 'less', 'pass-plus'],
    ['stage rate', 'more', 'pass-plus'],
    ['stage peak memory', 'less', 'pass-plus'],
    ['pass-plus CPU', 'less', undefined],
    ['pass-plus rate', 'more', undefined],
    ['pass-plus peak memory', 'less', undefined],
  ]);
  for (const { value, ratio = 1 } of rows) {
    expect(value).toBeGreaterThan(0);
    expect(ratio).toBeGreaterThan(0);
  }
});

test.concurrent('this tree is measured beside a commit', async () => {
  const { rows, stderr } = await bench('compare.ts', [...small, '--pairs', '1']);
  expect(rows.map(({ name }) => name)).toContain('this tree CPU');
  expect(stderr).toMatch(/^both write|^they do not write the same/m);
});

test.concurrent('the memory of the stage is watched', async () => {
  const args = ['--size', 'small', '--minutes', '0.2', '--from-minute', '0.05', '--rate', '500'];
  const { rows } = await bench('memory.ts', args);
  expect(rows.map(({ name }) => name)).toEqual([
    'offered',
    'answered',
    'heap and external, first span',
    'heap and external, last span',
    'growth of heap and external',
    'growth of RSS',
    'peak RSS',
    'handles, first span',
    'handles, last span',
    'files, first span',
    'files, last span',
    'loop delay, p99, median',
    'loop delay, most',
  ]);
  expect(rows.find(({ name }) => name === 'peak RSS')?.value).toBeGreaterThan(0);
});

test.concurrent('the start of the stage is timed, and its rest', async () => {
  const { rows } = await bench('start.ts', [
    '--size',
    'small',
    '--runs',
    '1',
    '--program',
    'src/cli.ts',
    '--settle-seconds',
    '0',
    '--idle-seconds',
    '1',
  ]);
  expect(rows.map(({ name }) => name)).toEqual([
    'first output, 40 policies',
    'idle',
    'idle memory',
  ]);
});

async function bench(program: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(`../../bench/${program}`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [path, '--json', ...args],
    {
      env: { ...process.env, REHEARSAL_KAFKA_BROKERS: bootstrap },
    },
  );
  const lines = stdout.split('\n').filter(Boolean);
  return { rows: lines.map((line) => JSON.parse(line) as Row), stderr };
}
