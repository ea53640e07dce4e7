import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { isLoopback } from '../../src/kafka/loopback.ts';
import { saslOptions, tlsOptions } from '../../src/kafka/security.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { guardedSockets } from '../../src/kafka/sockets.ts';
import { limits } from '../../src/stage/limits.ts';

const noTls = { caFile: null, certFile: null, keyFile: null, serverName: null };
const plain = { mechanism: 'plain', username: 'u', password: 'canary' } as const;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-security-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function settings(brokers: readonly string[], over: Partial<KafkaSettings>): KafkaSettings {
  return { brokers, clientId: 'c', ssl: null, sasl: null, limits, ...over };
}

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['128.0.0.1', false],
  ['::2', false],
  ['localhost.example', false],
  ['', false],
])('%s stays on this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ['one broker elsewhere', ['127.0.0.1:9092', 'kafka:9092']],
  ['an address elsewhere', ['10.0.0.1:9092']],
  ['an IPv6 address elsewhere', ['[2001:db8::1]:9092']],
])('SASL without TLS is refused: %s', (_, brokers) => {
  expect(() => saslOptions(settings(brokers, { sasl: plain }))).toThrow(
    expect.objectContaining({ code: 'kafka/sasl-without-tls' }),
  );
  expect(() => saslOptions(settings(brokers, { sasl: plain }))).not.toThrow(/canary/);
});

test.each([
  ['with TLS', ['kafka:9092'], { ssl: noTls }],
  ['on loopback', ['localhost:9092', '[::1]:9093'], {}],
])('SASL is allowed %s', (_, brokers, over) => {
  expect(saslOptions(settings(brokers, { sasl: plain, ...over }))).toEqual(plain);
});

test('a token is read anew for each connection', async () => {
  const tokenFile = join(folder, 'token');
  const sasl = { mechanism: 'oauthbearer', tokenFile } as const;
  const options = saslOptions(settings(['localhost:1'], { sasl }));
  if (options?.mechanism !== 'oauthbearer') throw new Error('another mechanism');
  for (const token of ['first', 'second']) {
    writeFileSync(tokenFile, `${token}\n`);
    expect(await options.oauthBearerProvider()).toEqual({ value: token });
  }
});

test('certificates and names are checked whatever is configured', () => {
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, 'CA');
  const options = tlsOptions({ ...noTls, caFile: ca, serverName: 'kafka.example' });
  expect(options).toEqual({
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ca: 'CA',
    servername: 'kafka.example',
  });
});

test('a file that cannot be read is named with its key', () => {
  const certFile = join(folder, 'nowhere.pem');
  expect(() => tlsOptions({ ...noTls, certFile })).toThrow(
    expect.objectContaining({
      code: 'kafka/file-unreadable',
      message: expect.stringContaining('`kafka.ssl.certFile`: cannot read'),
    }),
  );
});

test('credentials go to no broker that the cluster advertises elsewhere in plain text', () => {
  const open = guardedSockets({
    frameBytesMax: 1000,
    sasl: true,
    addressOf: (host) => host,
  });
  const target = { host: '192.0.2.1', port: 9092, ssl: undefined as never, onConnect: () => {} };
  expect(() => open(target)).toThrow(/`192\.0\.2\.1` without TLS/);
});
