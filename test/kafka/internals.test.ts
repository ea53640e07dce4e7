// kafkajs is mended from outside; these fail if it no longer is what the patches expect.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { expect, test, vi } from 'vitest';

import { codecs } from '../../src/codecs/codecs.ts';
import type { Connection as ConnectionOfKafkajs } from '../../src/kafka/connections.ts';
import { connectionPrototype, requestQueuePrototype } from '../../src/kafka/internals.ts';
import { patchKafkajs } from '../../src/kafka/patches.ts';

const Long = createRequire(import.meta.url)('kafkajs/src/utils/long') as {
  fromValue: (value: number) => object;
};

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

test('a session that ends soon is not begun anew before it is two seconds old', () => {
  patchKafkajs({ batchBytes: 1000, batchRecords: 1000, batchHeaders: 1000 });
  const Connection = connectionPrototype().constructor as new (
    options: object,
  ) => ConnectionOfKafkajs;
  const logger = { namespace: () => logger, debug: () => {}, error: () => {} };
  const connection = new Connection({ host: 'h', port: 1, logger, sasl: {} });
  const isLoggedIn = (ageMs: number | null, lifetimeMs: number): unknown => {
    const now = process.hrtime.bigint() - BigInt(ageMs ?? 0) * 1_000_000n;
    const at = [Number(now / 1_000_000_000n), Number(now % 1_000_000_000n)];
    const sessionLifetime = Long.fromValue(lifetimeMs);
    Object.assign(connection, { authenticatedAt: ageMs === null ? null : at, sessionLifetime });
    return connection.isAuthenticated();
  };
  expect(isLoggedIn(null, 5000)).toBe(false);
  expect(isLoggedIn(100, 5000)).toBe(true);
  expect(isLoggedIn(2500, 5000)).toBe(false);
  expect(isLoggedIn(100, 60_000)).toBe(true);
  expect(isLoggedIn(49_000, 60_000)).toBe(true);
  expect(isLoggedIn(51_000, 60_000)).toBe(false);
});

test('an idle request queue sets no timer, a throttled or busy one does', () => {
  patchKafkajs({ batchBytes: 1000, batchRecords: 1000, batchHeaders: 1000 });
  expect(setsTimer([], -1)).toBe(false);
  expect(setsTimer([{}], -1)).toBe(true);
  expect(setsTimer([], Date.now() + 60_000)).toBe(true);
});

test('a request is given up once its time is over, and a connection that is gone is no longer looked at', () => {
  patchKafkajs({ batchBytes: 1000, batchRecords: 1000, batchHeaders: 1000 });
  vi.useFakeTimers();
  try {
    const timeoutRequest = vi.fn<() => void>();
    const isConnected = vi.fn<() => boolean>(() => true);
    const request = { sentAt: Date.now(), requestTimeout: 5000, timeoutRequest };
    const queue = Object.assign(Object.create(requestQueuePrototype()), {
      inflight: new Map([[1, request]]),
      requestTimeout: 5000,
      enforceRequestTimeout: true,
      isConnected,
    });
    queue.scheduleRequestTimeoutCheck();
    vi.advanceTimersByTime(5000);
    expect(timeoutRequest).not.toHaveBeenCalled();
    vi.advanceTimersByTime(500);
    expect(timeoutRequest).toHaveBeenCalledOnce();
    isConnected.mockReturnValue(false);
    vi.advanceTimersByTime(500);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
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
