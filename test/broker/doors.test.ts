// Who gets in through the secure doors of a real broker, and what is said to those who do not.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';

import { afterAll, describe, expect, test } from 'vitest';

import { reachBroker } from '../../src/kafka/reach.ts';
import type { KafkaSettings, SaslSettings, TlsSettings } from '../../src/kafka/settings.ts';
import { Health } from '../../src/stage/health.ts';
import { fakeLogger } from '../kafka/fakes.ts';
import { type ListenerKind, saslUsers } from '../support/broker/listeners.ts';
import { tokenFor } from '../support/broker/bearer-token.ts';
import { sharedBroker } from '../support/broker/shared-broker.ts';
import { adminFor, clock, settingsFor } from './pass-through.ts';

const broker = sharedBroker();
const tls = broker.tls ?? expect.unreachable('the shared broker has secure doors');
const ours: TlsSettings = { caFile: tls.ca, certFile: null, keyFile: null, serverName: null };
const mutual = { ...ours, certFile: tls.clientCertificate, keyFile: tls.clientKey };

async function enter(door: ListenerKind, over: Partial<KafkaSettings>, logger = fakeLogger()) {
  return enterAt(broker.doors[door], over, logger);
}

async function enterAt(
  addresses: readonly string[],
  over: Partial<KafkaSettings>,
  logger = fakeLogger(),
) {
  const settings = settingsFor(addresses, over);
  return reachBroker(
    {
      createAdmin: () => adminFor(settings),
      brokers: settings.brokers,
      timeoutMs: 5000,
      health: new Health(clock),
      logger,
      clock,
    },
    async (admin) => (await admin.describeCluster()).brokers.length,
    AbortSignal.timeout(30_000),
  );
}

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-doors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A login with a token that is good for so many seconds. */
function bearer(seconds: number): SaslSettings {
  const tokenFile = join(folder, `token-${seconds}`);
  writeFileSync(tokenFile, `${tokenFor('carol', seconds)}\n`);
  return { mechanism: 'oauthbearer', tokenFile };
}

function inFile(): { password: { file: string } } {
  const file = join(folder, 'password');
  writeFileSync(file, `${saslUsers.plain.password}\n`);
  return { password: { file } };
}

function user(mechanism: keyof typeof saslUsers): SaslSettings {
  return { mechanism, ...saslUsers[mechanism] };
}

describe('who may come in', () => {
  test.each<[ListenerKind, string, Partial<KafkaSettings>]>([
    ['plaintext', 'anybody', {}],
    ['ssl', 'whoever shows a certificate', { ssl: mutual }],
    ['sasl_ssl', 'SCRAM-SHA-512', { ssl: ours, sasl: user('scram-sha-512') }],
    ['sasl_ssl', 'SCRAM-SHA-256', { ssl: ours, sasl: user('scram-sha-256') }],
    ['sasl_ssl', 'PLAIN', { ssl: ours, sasl: user('plain') }],
    ['sasl_ssl', 'a password of a file', { ssl: ours, sasl: { ...user('plain'), ...inFile() } }],
    ['sasl_ssl', 'OAUTHBEARER', { ssl: ours, sasl: bearer(3600) }],
    ['sasl_plaintext', 'SCRAM-SHA-512 on loopback', { sasl: user('scram-sha-512') }],
    ['ssl', 'a certificate of the name asked for', { ssl: { ...mutual, serverName: 'localhost' } }],
  ])('%s: %s', async (door, _, over) => {
    expect(await enter(door, over)).toBe(1);
  });
});

describe('who may not, at once and without a secret in the reason', () => {
  const wrong: SaslSettings = {
    ...saslUsers['scram-sha-512'],
    mechanism: 'scram-sha-512',
    password: 'canary',
  };
  test.each<[ListenerKind, string, Partial<KafkaSettings>, string]>([
    ['sasl_ssl', 'a wrong password', { ssl: ours, sasl: wrong }, 'kafka/not-authorised'],
    [
      'sasl_ssl',
      'a password of another user',
      { ssl: ours, sasl: { ...saslUsers.plain, mechanism: 'plain', password: 'canary' } },
      'kafka/not-authorised',
    ],
    [
      'sasl_ssl',
      'a token that has run out',
      { ssl: ours, sasl: bearer(-60) },
      'kafka/not-authorised',
    ],
    ['ssl', 'no certificate', { ssl: ours }, 'kafka/untrusted'],
    [
      'ssl',
      'a broker of another CA',
      { ssl: { ...mutual, caFile: tls.otherCa } },
      'kafka/untrusted',
    ],
    [
      'ssl',
      'a broker of another name',
      { ssl: { ...mutual, serverName: 'kafka.example' } },
      'kafka/untrusted',
    ],
  ])('%s: %s', async (door, _, over, code) => {
    const startMs = performance.now();
    const refusal = enter(door, over);
    await expect(refusal).rejects.toMatchObject({ code });
    await expect(refusal).rejects.not.toThrow(/canary|secret|auth=|eyJ/);
    // Trying again, as after a broker that is away, would go on for a minute.
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  test('no token where it should be', async () => {
    const sasl: SaslSettings = { mechanism: 'oauthbearer', tokenFile: join(folder, 'nowhere') };
    await expect(enter('sasl_ssl', { ssl: ours, sasl })).rejects.toMatchObject({
      code: 'kafka/file-unreadable',
    });
  });
});

describe('brokers that are not what they should be', () => {
  test.each([
    ['a certificate that has run out', 'expired', {}, /expired/],
    [
      'TLS 1.1',
      'server',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      /protocol version|unsupported protocol|alert/i,
    ],
  ] as const)('%s is refused after one attempt', async (_, shown, options, reason) => {
    const certificates = { server: tls.serverBundle, expired: tls.expiredBundle };
    const pem = readFileSync(certificates[shown], 'utf8');
    const server = createServer({ key: pem, cert: pem, ...options });
    let attempts = 0;
    server.on('tlsClientError', () => {});
    server.on('connection', () => (attempts += 1));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const refusal = enterAt([`127.0.0.1:${port}`], { ssl: ours });
      await expect(refusal).rejects.toMatchObject({ code: 'kafka/untrusted' });
      await expect(refusal).rejects.toThrow(reason);
      // Once for each look at the list of brokers.
      expect(attempts).toBeLessThanOrEqual(2);
    } finally {
      server.close();
    }
  });
});

describe('doors of another kind end as unreachable, with the reason and without a flood of lines', () => {
  test.each<[ListenerKind, string, Partial<KafkaSettings>]>([
    ['ssl', 'plain text', {}],
    ['plaintext', 'TLS', { ssl: ours }],
    ['sasl_ssl', 'no SASL', { ssl: ours }],
  ])('%s: %s', async (door, _, over) => {
    const logger = fakeLogger();
    await expect(enter(door, over, logger)).rejects.toMatchObject({
      code: 'kafka/unreachable',
      message: expect.stringMatching(/`kafka\.ssl` and `kafka\.sasl` fit the port/),
    });
    expect(logger.lines.filter(({ level }) => level !== 'debug')).toHaveLength(1);
  });
});
