import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig, readSecret } from '../../../src/commands/config/read-config.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nothing = { flags: [], environment: {}, file: undefined, isTerminal: false };

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('without anything given there are the defaults', async () => {
  const { config } = await readConfig(nothing);
  expect(config.kafka.brokers).toEqual(['localhost:9092']);
});

test('a file is read under the name it was given', async () => {
  const file = await fileOf('a.yaml', 'http: {port: 1, prt: 2}\n');
  await expect(readConfig({ ...nothing, file })).rejects.toMatchObject({
    code: 'config/invalid',
    message: `${file}:1:17: unknown key \`http.prt\`, did you mean \`http.port\`?`,
  });
});

test.each([
  ['missing', 'cannot be read'],
  ['huge', 'larger than'],
])('a file that is %s is told', async (name, message) => {
  const file = join(folder, name);
  if (name === 'huge') await writeFile(file, 'x'.repeat(1024 * 1024 + 1));
  await expect(readConfig({ ...nothing, file })).rejects.toThrow(message);
});

test('a secret file loses its last line break and nothing else', async () => {
  expect(await readSecret(undefined, await fileOf('secret', ' hunter2 \n\n'))).toBe(' hunter2 \n');
  expect(await readSecret('given', undefined)).toBe('given');
  expect(await readSecret(undefined, undefined)).toBeUndefined();
});

test('a secret file that is missing is told without a secret', async () => {
  await expect(readSecret(undefined, join(folder, 'none'))).rejects.toMatchObject({
    code: 'config/secret-unreadable',
  });
});
