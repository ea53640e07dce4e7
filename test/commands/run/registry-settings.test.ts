import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { resolveSources } from '../../../src/commands/config/read-config.ts';
import { registrySettingsOf } from '../../../src/commands/run/registry-settings.ts';

async function settings(keys: Readonly<Record<string, string>>, environment = {}) {
  const flags = Object.entries(keys).map(([key, text]) => ({ key, text, flag: '--set' }));
  const resolved = await resolveSources({ flags, environment, file: undefined, isTerminal: false });
  if (resolved.status === 'invalid') throw new Error(resolved.problems[0]?.message);
  return registrySettingsOf(resolved.config);
}

test('no address, no registry', async () => {
  expect(await settings({})).toBeNull();
});

test('an address alone', async () => {
  expect(await settings({ 'registry.url': 'http://registry:8081' })).toMatchObject({
    url: 'http://registry:8081',
    credentials: null,
    caFile: null,
    onUnreachable: 'wait',
    limits: { schemas: 1000, schemaBytes: 1_048_576, registryRequests: 8 },
  });
});

test('all there is to set', async () => {
  const keys = {
    'registry.url': 'https://registry/api',
    'registry.username': 'me',
    'registry.caFile': 'ca.pem',
    'registry.onUnreachable': 'dead-letter',
  };
  const found = await settings(keys, { REHEARSAL_REGISTRY_PASSWORD: 'canary' });
  expect(found).toMatchObject({ caFile: 'ca.pem', onUnreachable: 'dead-letter' });
  expect(await found?.credentials?.password()).toBe('canary');
  expect(JSON.stringify(found)).not.toMatch(/canary/);
});

test('a password file is read anew each time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'password');
  const found = await settings({
    'registry.url': 'https://registry',
    'registry.username': 'me',
    'registry.passwordFile': file,
  });
  for (const password of ['first', 'second']) {
    writeFileSync(file, `${password}\n`);
    expect(await found?.credentials?.password()).toBe(password);
  }
  rmSync(file);
  await expect(found?.credentials?.password()).rejects.toMatchObject({
    code: 'config/secret-unreadable',
  });
});
