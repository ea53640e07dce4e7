import type { Producer } from 'kafkajs';
import { expect, test } from 'vitest';

import { CurrentProducer } from '../../src/kafka/producers.ts';
import { stub, turn } from './fakes.ts';

function producers(connect = async (): Promise<void> => {}) {
  const log: string[] = [];
  const current = new CurrentProducer(() => {
    const name = `producer ${log.filter((line) => line.endsWith('made')).length + 1}`;
    log.push(`${name} made`);
    return stub<Producer>({
      connect,
      disconnect: async () => void log.push(`${name} closed`),
    });
  });
  return { current, log };
}

test('one producer serves until it is discarded', async () => {
  const { current, log } = producers();
  const first = await current.acquire(1);
  expect(await current.acquire(1)).toBe(first);
  await current.discard(first);
  expect(await current.acquire(1)).not.toBe(first);
  await turn();
  expect(log).toEqual(['producer 1 made', 'producer 1 closed', 'producer 2 made']);
});

test('a producer that two have given up is replaced once', async () => {
  const { current, log } = producers();
  const first = await current.acquire(1);
  await current.discard(first);
  const second = await current.acquire(1);
  await current.discard(first);
  expect(await current.acquire(1)).toBe(second);
  expect(log.filter((line) => line.endsWith('made'))).toHaveLength(2);
});

test('a producer that cannot connect is not kept', async () => {
  let isUp = false;
  const { current } = producers(async () => {
    if (!isUp) throw new Error('down');
  });
  await expect(current.acquire(1)).rejects.toThrow('down');
  isUp = true;
  await expect(current.acquire(1)).resolves.toBeDefined();
});

test('a producer is replaced before its sequence numbers could wrap', async () => {
  const { current } = producers();
  const first = await current.acquire(2 ** 30 - 1);
  expect(await current.acquire(1)).toBe(first);
  expect(await current.acquire(1)).not.toBe(first);
});

test('closing waits for the last to close', async () => {
  const { current, log } = producers();
  await current.acquire(1);
  await current.close();
  expect(log.at(-1)).toBe('producer 1 closed');
  await current.close();
});
