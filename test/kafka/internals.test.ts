// kafkajs is mended from outside; these fail if it no longer is what the patches expect.
import { readFileSync } from 'node:fs';

import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { expect, test } from 'vitest';

import { codecs } from '../../src/codecs/codecs.ts';
import { requestQueuePrototype } from '../../src/kafka/internals.ts';
import { patchKafkajs } from '../../src/kafka/patches.ts';

test('kafkajs is the one version that the patches were written for', () => {
  const { version } = JSON.parse(readFileSync('node_modules/kafkajs/package.json', 'utf8'));
  expect(version).toBe('2.2.4');
});

test('every codec is registered, with its cap', async () => {
  patchKafkajs({ batchBytes: 1000, batchRecords: 1000, batchHeaders: 1000 });
  for (const [type, codec] of [
    [CompressionTypes.GZIP, codecs.gzip],
    [CompressionTypes.Snappy, codecs.snappy],
    [CompressionTypes.LZ4, codecs.lz4],
    [CompressionTypes.ZSTD, codecs.zstd],
  ] as const) {
    const registered = CompressionCodecs[type]();
    const packed = await codec.compress(Buffer.alloc(1001));
    await expect(registered.decompress(packed)).rejects.toThrow(`${codec.name}: `);
    const encoder = { buffer: Buffer.alloc(1000) };
    const back = await registered.decompress(await registered.compress(encoder));
    expect(back).toEqual(encoder.buffer);
  }
});

test('an idle request queue sets no timer, a throttled or busy one does', () => {
  patchKafkajs({ batchBytes: 1000, batchRecords: 1000, batchHeaders: 1000 });
  expect(setsTimer([], -1)).toBe(false);
  expect(setsTimer([{}], -1)).toBe(true);
  expect(setsTimer([], Date.now() + 60_000)).toBe(true);
});

function setsTimer(pending: readonly unknown[], throttledUntil: number): boolean {
  const queue = Object.assign(Object.create(requestQueuePrototype()), {
    pending,
    throttledUntil,
    throttleCheckTimeoutId: null as NodeJS.Timeout | null,
  });
  queue.scheduleCheckPendingRequests();
  clearTimeout(queue.throttleCheckTimeoutId);
  return queue.throttleCheckTimeoutId !== null;
}
