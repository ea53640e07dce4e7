import { expect, test } from 'vitest';

import { Lanes } from '../../src/kafka/lanes.ts';
import { turn } from './fakes.ts';

function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { promise, open: resolve, fail: reject };
}

test('a lane does one thing at a time, in order', async () => {
  const lanes = new Lanes();
  const log: string[] = [];
  const gates = [gate(), gate()] as const;
  const works = gates.map(({ promise }, index) =>
    lanes.run('a', async () => {
      log.push(`start ${index}`);
      log.push(await promise);
    }),
  );
  gates[1].open('end 1');
  await turn();
  expect(log).toEqual(['start 0']);
  gates[0].open('end 0');
  await Promise.all(works);
  expect(log).toEqual(['start 0', 'end 0', 'start 1', 'end 1']);
});

test('lanes do not wait for each other', async () => {
  const lanes = new Lanes();
  void lanes.run('a', async () => gate().promise);
  expect(await lanes.run('b', async () => 'done')).toBe('done');
});

test('a failure is its own and leaves the lane open', async () => {
  const lanes = new Lanes();
  const failing = lanes.run('a', async () => Promise.reject(new Error('no')));
  const after = lanes.run('a', async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await after).toBe('done');
});
