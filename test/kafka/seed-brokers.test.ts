import { createServer } from 'node:net';

import { expect, test } from 'vitest';

import { createClient, impatientRetry } from '../../src/kafka/client.ts';
import { parseBroker, seedBrokers } from '../../src/kafka/seed-brokers.ts';
import { kafkaTimingDefault } from '../../src/kafka/settings.ts';
import { limits } from '../../src/stage/limits.ts';
import { fakeClock, fakeLogger } from './fakes.ts';

test.each([
  ['kafka:9092', 'kafka', '9092'],
  ['10.0.0.1:9092', '10.0.0.1', '9092'],
  ['[2001:db8::1]:9092', '2001:db8::1', '9092'],
])('%s is %s, %s', (broker, host, port) => {
  expect(parseBroker(broker)).toEqual({ host, port });
});

test('names and IPv4 addresses stay as they are, IPv6 addresses get a name', () => {
  const { brokers, addressOf } = seedBrokers(['kafka:9092', '[::1]:9093', '127.0.0.1:9094']);
  expect(brokers).toEqual(['kafka:9092', 'ipv6-1.invalid:9093', '127.0.0.1:9094']);
  expect(['kafka', 'ipv6-1.invalid'].map(addressOf)).toEqual(['kafka', '::1']);
});

test('a client connects to an IPv6 address', async () => {
  const { promise: met, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    resolve();
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '::1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const settings = { brokers: [`[::1]:${port}`], clientId: 'c', ssl: null, sasl: null, limits };
  const admin = createClient(settings, {
    timing: kafkaTimingDefault,
    retry: impatientRetry(settings),
    logger: fakeLogger(),
    clock: fakeClock(),
  }).admin();
  await expect(admin.connect()).rejects.toThrow(/Closed connection|ECONNRESET/);
  await met;
  await admin.disconnect();
  server.close();
});
