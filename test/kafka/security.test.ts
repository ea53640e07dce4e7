import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { AuthenticationProviderArgs, Logger } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { isLoopback } from '../../src/kafka/loopback.ts';
import { saslOptions, tlsOptions } from '../../src/kafka/security.ts';
import type { KafkaSettings } from '../../src/kafka/settings.ts';
import { guardedSockets } from '../../src/kafka/sockets.ts';
import { limits } from '../../src/stage/limits.ts';
import { stub } from './fakes.ts';

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

test('a password is read anew for each login', () => {
  const file = join(folder, 'password');
  const sasl = { mechanism: 'plain', username: 'u', password: { file } } as const;
  const options = saslOptions(settings(['localhost:1'], { sasl }));
  if (options === undefined || !('password' in options)) throw new Error('no password');
  for (const password of ['first', 'second']) {
    writeFileSync(file, `${password}\n`);
    expect(options.password).toBe(password);
  }
  rmSync(file);
  expect(() => options.password).toThrow(/`kafka\.sasl\.passwordFile`: cannot read/);
});

describe('OAUTHBEARER', () => {
  let tokenFile = '';
  beforeEach(() => {
    tokenFile = join(folder, 'token');
  });

  /** Logs in to somebody who gives these answers, and tells what was said. */
  async function logIn(...answers: readonly string[]): Promise<string[]> {
    const options = saslOptions(
      settings(['localhost:1'], { sasl: { mechanism: 'oauthbearer', tokenFile } }),
    );
    if (options === undefined || !('authenticationProvider' in options))
      throw new Error('no login');
    const said: string[] = [];
    const saslAuthenticate: AuthenticationProviderArgs['saslAuthenticate'] = async (exchange) => {
      said.push(String((await exchange.request.encode()).subarray(4)));
      const answer = Buffer.from(answers[said.length - 1] ?? '');
      const framed = Buffer.concat([Buffer.alloc(4, answer.length), answer]);
      return exchange.response?.parse(await exchange.response.decode(framed));
    };
    const broker = { host: 'localhost', port: 1, logger: stub<Logger>({}) };
    await options.authenticationProvider({ ...broker, saslAuthenticate }).authenticate();
    return said;
  }

  test('the token is read anew for each login', async () => {
    for (const token of ['first', 'second']) {
      writeFileSync(tokenFile, `${token}\n`);
      expect(await logIn('')).toEqual([`n,,\u0001auth=Bearer ${token}\u0001\u0001`]);
    }
  });

  test('a refusal is taken note of, so that the broker says why', async () => {
    writeFileSync(tokenFile, 'old');
    const said = await logIn('{"status":"invalid_token"}');
    expect(said).toEqual([expect.stringContaining('old'), '\u0001']);
  });

  test('a file that cannot be read is named', async () => {
    await expect(logIn()).rejects.toMatchObject({
      code: 'kafka/file-unreadable',
      message: expect.stringContaining('`kafka.sasl.tokenFile`: cannot read'),
    });
  });
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
    onFrameTooLong: () => {},
    sasl: true,
    addressOf: (host) => host,
  });
  const target = { host: '192.0.2.1', port: 9092, ssl: undefined as never, onConnect: () => {} };
  expect(() => open(target)).toThrow(/`192\.0\.2\.1` without TLS/);
});

test('an answer beyond `limits.frameBytes` cuts the connection and is counted', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).write(Buffer.alloc(8, 0x7f)),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  let counted = 0;
  const onFrameTooLong = () => (counted += 1);
  const open = guardedSockets({
    frameBytesMax: 1000,
    sasl: false,
    addressOf: (h) => h,
    onFrameTooLong,
  });
  const target = { host: '127.0.0.1', port, ssl: undefined as never, onConnect: () => {} };
  const [error] = (await once(open(target), 'error')) as [Error];
  expect(error.message).toContain('`limits.frameBytes`, 1000');
  expect(counted).toBe(1);
  server.close();
});
