import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { previewSchema, type Preview } from '../../src/report/schema.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';
import { rehearsal, type World } from './support.ts';

const pod = (role: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${role}-5d8f7c9b4-x7x2p, generateName: ${role}-5d8f7c9b4-, ` +
  `namespace: default, labels: {role: ${role}}}\nspec: {containers: [{name: c}]}\n---\n`;
const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n---\n${['frontend', 'backend', 'database'].map(pod).join('')}`;
const staged = (name: string, spec: string): string =>
  `${namespace}apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\n` +
  `metadata: {name: ${name}, namespace: default}\nspec: {${spec}}\n`;
const strict = staged(
  'db',
  "selector: role == 'database', types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'frontend'}}]",
);
const wide = staged(
  'db',
  "selector: role == 'database', types: [Ingress], ingress: [{action: Allow}]",
);

const recordFrom = (role: string, reporter: 'Src' | 'Dst' = 'Dst'): string =>
  goldmaneRecord({
    reporter,
    source: workload(`role=${role}`),
    dest: { ...workload('role=database'), port: 6379 },
  });
const allowed = recordFrom('frontend');
const denied = recordFrom('backend');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-preview-'));
  await writeFile(join(folder, 'strict.yaml'), strict);
  await writeFile(join(folder, 'wide.yaml'), wide);
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function preview(args: readonly string[], world: World = {}) {
  const policies = ['--policies', join(folder, 'strict.yaml')];
  const now = ['--now', '2026-11-21T10:00:00Z'];
  return rehearsal(['preview', ...policies, ...now, ...args], world);
}

async function json(args: readonly string[], world: World = {}): Promise<Preview> {
  const { stdout } = await preview([...args, '--format', 'json'], world);
  return JSON.parse(stdout) as Preview;
}

const lines = `${allowed}\n${denied}\n${denied}\n`;

test('says what a staged policy would cut, who is cut, by which rule, and where to look', async () => {
  const { policies, closing, caused } = await json([], { stdin: lines });
  expect(policies).toMatchObject([
    {
      name: 'snp/default/db',
      standing: 'breaks',
      flows: { judged: 3, certain: 3 },
      newlyDenied: { flows: 2, connections: 4, alone: 2, together: 2 },
      first: '2026-08-17T20:53:35.000Z',
      groups: [
        {
          source: 'default/backend',
          destination: 'default/database',
          protocol: 'tcp',
          port: 6379,
          direction: 'ingress',
          sample: '-:2',
          rule: 'snp/default/db, no ingress rule matches: its tier ends in deny',
        },
      ],
    },
  ]);
  expect(caused).toEqual({ newlyDenied: 2, newlyAllowed: 0, uncertain: 0 });
  expect(closing).toContain('`default/db` would cut redis from 1 workload');
});

test('a policy that cuts nothing is safe to enforce next, on this traffic', async () => {
  const { policies, closing } = await json([], { stdin: `${allowed}\n` });
  expect(policies[0]?.standing).toBe('safe');
  expect(closing).toBe('1 policy is safe to enforce next on this traffic (`default/db`).');
});

test('nothing is safe on what could not be read, unless so much of it is allowed', async () => {
  const stdin = `${allowed}\n{"x":1}\n`;
  const strictly = await json([], { stdin });
  expect(strictly.policies[0]).toMatchObject({
    standing: 'undecided',
    why: '1 record could not be read',
  });
  const gate = ['--fail-on', 'newly-denied', '--allow-unreadable', '1'];
  const { policies, closing } = await json(gate, { stdin });
  expect(policies[0]?.standing).toBe('safe');
  expect(closing).toContain('1 record could not be read and is no part of this');
});

test('a connection that both ends report is two flows, one of which the policy touches', async () => {
  const both = `${denied}\n${recordFrom('backend', 'Src')}\n`;
  const { policies, flows } = await json([], { stdin: both });
  expect(flows.judged).toBe(2);
  expect(policies[0]).toMatchObject({ flows: { judged: 1 }, newlyDenied: { connections: 2 } });
});

test('under `mode: calico` nothing is called safe', async () => {
  const { policies } = await json(['--mode', 'calico'], { stdin: `${allowed}\n` });
  expect(policies[0]?.standing).toBe('not-judged');
});

describe('the same records give the same preview', () => {
  test.each<[string, string | Uint8Array]>([
    ['flows.json', `[\n${allowed},\n${denied},\n${denied}]`],
    ['reply.json', `{"items":[\n${allowed},\n${denied},\n${denied}]}`],
    ['flows.ndjson.gz', gzipSync(lines)],
    ['flows.ndjson.zst', zstdCompressSync(lines)],
  ])('%s', async (name, bytes) => {
    const { policies } = await json([await fileOf(name, bytes)]);
    const expected = await json([], { stdin: lines });
    expect(policies.map(({ flows, newlyDenied }) => [flows, newlyDenied])).toEqual(
      expected.policies.map(({ flows, newlyDenied }) => [flows, newlyDenied]),
    );
  });
});

describe('formats', () => {
  test('JSON is as its schema says', async () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const against = ['--against', join(folder, 'wide.yaml')];
    const found = await json(against, { stdin: `${lines}{"x":1}\n` });
    expect([ajv.validate(previewSchema, found), ajv.errors]).toEqual([true, null]);
    const schema = await readFile(
      new URL('../../schemas/preview.schema.json', import.meta.url),
      'utf8',
    );
    expect(ajv.validate(JSON.parse(schema) as object, found)).toBe(true);
  });

  test('the table is no wider than a terminal', async () => {
    const { stdout } = await preview([], { stdin: lines });
    expect(stdout).toContain('snp/default/db');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test.each(['table', 'markdown', 'html'])('%s ends in the same words', async (format) => {
    const { stdout } = await preview(['--format', format], { stdin: lines });
    expect(stdout).toContain('would cut redis from 1 workload');
  });

  test.each<[what: string, shown: string]>([
    ['the policy', 'default/db'],
    ['where it stands', 'breaks traffic'],
    ['when it was seen', 'seen 2026-08-17 20:53 UTC'],
    ['who', 'default/backend'],
    ['to whom', 'default/database'],
    ['port and protocol', 'redis (tcp/6379)'],
    ['direction', 'ingress'],
    ['connections', '4'],
    ['bytes', ' KiB'],
    ['alone and together', 'alone and together'],
    ['the rule that decides', 'no ingress rule matches: its tier ends in deny'],
    ['a record to look at', '-:2'],
  ])('the table, Markdown and the page say %s', async (_what, text) => {
    for (const format of ['table', 'markdown', 'html']) {
      const { stdout } = await preview(['--format', format], { stdin: lines });
      const wanted = format === 'markdown' ? text.replace(/^seen /, '') : text;
      expect(stdout).toContain(wanted);
    }
  });

  test('what is let in is told alone and together', async () => {
    const enforced = strict.replace('StagedNetworkPolicy', 'NetworkPolicy').slice(namespace.length);
    const policies = await fileOf('lets-in.yaml', `${wide}---\n${enforced}`);
    const stdin = `${denied.replaceAll('"action":1', '"action":2')}\n`;
    const { stdout } = await rehearsal(['preview', '--policies', policies], { stdin });
    expect(stdout).toContain('let in 1 flow alone, 1 together');
  });

  test('--output writes a file and says so', async () => {
    const path = join(folder, 'out.html');
    const { stdout, stderr } = await preview(['--format', 'html', '--output', path], {
      stdin: lines,
    });
    expect([stdout, stderr.startsWith(`rehearsal: wrote ${path}. `)]).toEqual(['', true]);
    expect(await readFile(path, 'utf8')).toMatch(/^<!doctype html>/);
  });
});

describe('--against', () => {
  test('tells what differs from other policies on the same traffic', async () => {
    const { against } = await json(['--against', join(folder, 'wide.yaml')], { stdin: lines });
    expect(against).toMatchObject({
      newlyDenied: { flows: 2, connections: 4 },
      same: 1,
      open: 0,
      groups: [{ source: 'default/backend', flip: 'newly-denied' }],
    });
  });

  test('finds nothing between equal policies', async () => {
    const { against } = await json(['--against', join(folder, 'strict.yaml')], { stdin: lines });
    expect(against).toMatchObject({ newlyDenied: { flows: 0 }, same: 3, groups: [] });
  });
});

describe('exit codes', () => {
  const inputs = {
    'three flows': lines,
    'one of two unreadable': `${allowed}\n{"x":1}\n`,
    'nothing readable': '{"x":1}\n',
    nothing: '',
  };

  test.each<[code: number, input: keyof typeof inputs, ...args: string[]]>([
    [0, 'three flows'],
    [1, 'three flows', '--fail-on', 'newly-denied'],
    [1, 'three flows', '--fail-on', 'newly-denied>1'],
    [0, 'three flows', '--fail-on', 'newly-denied>2'],
    [0, 'three flows', '--fail-on', 'newly-allowed'],
    [1, 'three flows', '--fail-on', 'uncertain', '--fail-on', 'newly-denied'],
    [0, 'one of two unreadable'],
    [65, 'one of two unreadable', '--strict'],
    [65, 'one of two unreadable', '--fail-on', 'newly-denied'],
    [0, 'one of two unreadable', '--fail-on', 'newly-denied', '--allow-unreadable', '1'],
    [65, 'nothing readable'],
    [0, 'nothing'],
    [65, 'nothing', '--fail-on', 'newly-denied'],
    [2, 'three flows', '--fail-on', 'newly-denid'],
    [2, 'three flows', '--fail-on', 'newly-denied>few'],
    [2, 'three flows', '--fail-on', 'uncertain', '--allow-unreadable', 'some'],
    [2, 'three flows', '--allow-unreadable', '1'],
    [2, 'three flows', '--from', '2026-11-01T00:00:00Z'],
    [2, 'three flows', '--from-topic', 'flows', 'file.ndjson'],
    [
      2,
      'three flows',
      '--from-topic',
      'flows',
      '--from',
      '2026-11-02T00:00:00Z',
      '--to',
      '2026-11-01T00:00:00Z',
    ],
    [78, 'three flows', '--against', 'no-such-folder'],
  ])('%d: %s %s %s', async (code, input, ...args) => {
    expect((await preview(args, { stdin: inputs[input] })).exitCode).toBe(code);
  });

  test('drift is no finding', async () => {
    const drifted = allowed.replace('"action":1', '"action":2');
    const failOn = ['--fail-on', 'newly-denied', '--fail-on', 'newly-allowed'];
    const { exitCode } = await preview(failOn, { stdin: `${drifted}\n` });
    expect(exitCode).toBe(0);
  });
});

test('dialects may be mixed', async () => {
  const { stdout: canonical } = await rehearsal(
    ['evaluate', '--policies', join(folder, 'strict.yaml'), '--output-format', 'canonical-json'],
    { stdin: lines },
  );
  const { policies } = await json([], { stdin: `${lines}${canonical}` });
  expect(policies[0]).toMatchObject({ flows: { judged: 6 }, newlyDenied: { flows: 4 } });
});
