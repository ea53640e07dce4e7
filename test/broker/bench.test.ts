import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import type { Row } from '../../bench/run/rows.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';

const { bootstrap } = sharedBroker();

test('the bench runs, in a size that proves nothing but that', async () => {
  const rows = await bench('stage.ts', ['--size', 'small', '--records', '3000', '--pairs', '1']);
  expect(rows.map(({ name, better }) => `${name}: ${better}`)).toEqual([
    'stage CPU: less',
    'stage rate: more',
    'stage peak memory: less',
    'kafkajs pass-through CPU: less',
    'kafkajs pass-through rate: more',
  ]);
  for (const { value, ratio = 1 } of rows) {
    expect(value).toBeGreaterThan(0);
    expect(ratio).toBeGreaterThan(0);
  }
});

test('so does the watch over the memory of the stage', async () => {
  const args = ['--size', 'small', '--minutes', '0.1', '--from-minute', '0.05', '--rate', '500'];
  const rows = await bench('memory.ts', args);
  expect(rows.map(({ name }) => name)).toEqual(['stage memory growth', 'stage peak memory']);
});

async function bench(program: string, args: readonly string[]): Promise<Row[]> {
  const path = fileURLToPath(new URL(`../../bench/${program}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [path, '--json', ...args], {
    env: { ...process.env, REHEARSAL_KAFKA_BROKERS: bootstrap },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}
