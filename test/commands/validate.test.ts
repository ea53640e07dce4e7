import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rehearsal } from './support.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-validate-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function folderWith(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

const good = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.web, namespace: shop}
spec: {selector: app == 'web', ingress: [{action: Allow}]}
`;

test('policies that are well are exit 0 and no output', async () => {
  const path = await folderWith('good', { 'a.yaml': good });
  expect(await rehearsal(['validate', path])).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: '0 errors, 0 warnings\n',
  });
});

test('everything wrong is told at once, in the order of files and lines', async () => {
  const path = await folderWith('bad', {
    'b.yaml': good.replace('Allow', 'Alow').replace('.web', '.b'),
    'a.yaml': `${good.replace("'web'", "'web")}---\n${good.replace('Staged', 'StagedCalico')}`,
  });
  const { exitCode, stdout, stderr } = await rehearsal(['validate', path]);
  expect([exitCode, stderr]).toEqual([1, '3 errors, 0 warnings\n']);
  const lines = stdout.trim().split('\n');
  expect(lines).toEqual([
    expect.stringContaining(`${path}/a.yaml:4:8 spec.selector: `),
    expect.stringMatching(/a\.yaml:7:1 kind: .*did you mean `StagedNetworkPolicy`/),
    expect.stringContaining(`${path}/b.yaml:4:43 spec.ingress[0].action: \`Alow\``),
  ]);
});

test('--format json gives the same as data', async () => {
  const path = await folderWith('json', { 'a.yaml': good.replace('Allow', 'Alow') });
  const { exitCode, stdout } = await rehearsal(['validate', path, '--format', 'json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    findings: [
      expect.objectContaining({
        severity: 'error',
        where: `${path}/a.yaml:4:43`,
        path: 'spec.ingress[0].action',
      }),
    ],
  });
});

test('a path that does not exist is told', async () => {
  const { exitCode, stdout } = await rehearsal(['validate', join(folder, 'none')]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('none');
});

test('a configuration is checked together with policies', async () => {
  const path = await folderWith('both', {
    'a.yaml': good.replace('Allow', 'Alow'),
    'c.cfg': 'x: 1',
  });
  const args = ['validate', path, '--config', join(path, 'c.cfg')];
  const { exitCode, stdout, stderr } = await rehearsal(args);
  expect([exitCode, stderr]).toEqual([1, '2 errors, 0 warnings\n']);
  expect(stdout).toContain('c.cfg:1:1: unknown key `x`');
});

test('--print shows every key, where it came from, and no secret', async () => {
  const environment = {
    REHEARSAL_HTTP_PORT: '0',
    REHEARSAL_KAFKA_SASL_MECHANISM: 'plain',
    REHEARSAL_KAFKA_SASL_USERNAME: 'u',
    REHEARSAL_KAFKA_SASL_PASSWORD: 'hunter2',
  };
  const text = await rehearsal(['validate', '--print', '--mode', 'calico'], { environment });
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(/^http\.port: 0 +# REHEARSAL_HTTP_PORT$/m);
  expect(text.stdout).toMatch(/^policies\.mode: "calico" +# --mode$/m);
  expect(text.stdout).not.toContain('hunter2');
  const json = await rehearsal(['validate', '--print', '--format', 'json'], { environment });
  expect(json.stdout).not.toContain('hunter2');
  const { values } = JSON.parse(json.stdout) as { values: { key: string; value: unknown }[] };
  expect(values.find(({ key }) => key === 'http.port')).toMatchObject({ value: 0 });
});
