import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { resolveSources } from '../../../src/commands/config/read-config.ts';
import { kafkaSettingsOf } from '../../../src/commands/run/kafka-settings.ts';

async function config(keys: Readonly<Record<string, string>>, environment = {}) {
  const flags = Object.entries(keys).map(([key, text]) => ({ key, text, flag: '--set' }));
  const resolved = await resolveSources({ flags, environment, file: undefined, isTerminal: false });
  if (resolved.status === 'invalid') throw new Error(resolved.problems[0]?.message);
  return resolved.config;
}

test('plain text unless it is told otherwise', async () => {
  expect(await kafkaSettingsOf(await config({}))).toMatchObject({
    brokers: ['localhost:9092'],
    clientId: 'rehearsal',
    ssl: null,
    sasl: null,
  });
});

test('TLS with what was given of it', async () => {
  const keys = { 'kafka.ssl.enabled': 'true', 'kafka.ssl.caFile': 'ca.pem' };
  expect((await kafkaSettingsOf(await config(keys))).ssl).toEqual({
    caFile: 'ca.pem',
    certFile: null,
    keyFile: null,
    serverName: null,
  });
});

test('a password of a file that is there, to be read at each login', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'password');
  writeFileSync(file, 'secret\n');
  const keys = {
    'kafka.sasl.mechanism': 'scram-sha-512',
    'kafka.sasl.username': 'alice',
    'kafka.sasl.passwordFile': file,
  };
  expect((await kafkaSettingsOf(await config(keys))).sasl).toEqual({
    mechanism: 'scram-sha-512',
    username: 'alice',
    password: { file },
  });
  rmSync(file);
  await expect(kafkaSettingsOf(await config(keys))).rejects.toMatchObject({
    code: 'config/secret-unreadable',
  });
});
