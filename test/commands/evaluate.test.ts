import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databasePolicy } from '../support/database-policy.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';
import { rehearsal } from './support.ts';

const recordFrom = (role: string): string =>
  goldmaneRecord({
    reporter: 'Dst',
    source: workload(`role=${role}`),
    dest: { ...workload('role=database'), port: 6379 },
  });
const allowed = recordFrom('frontend');
const denied = recordFrom('backend');
const lines = `${allowed}\n${denied}\n`;

let folder = '';
let policies: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-evaluate-'));
  await writeFile(join(folder, 'policy.yaml'), databasePolicy);
  policies = [
    'evaluate',
    '--now',
    '2026-01-02T03:04:05Z',
    '--policies',
    join(folder, 'policy.yaml'),
  ];
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function enveloped(record: string): string {
  return JSON.stringify({ '@timestamp': 1_787_000_001.5, log: record, stream: 'stdout' });
}

interface Judged {
  readonly Key: object;
  readonly evaluation: { readonly change: string; readonly evaluated_at: string };
}

function judgedOf(stdout: string): Judged[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Judged);
}

test('a record a line in, a record a line out, in order', async () => {
  const { exitCode, stdout, stderr } = await rehearsal(policies, { stdin: lines });
  expect(exitCode).toBe(0);
  expect(judgedOf(stdout).map(({ evaluation }) => evaluation)).toMatchObject([
    { change: 'Unchanged', evaluated_at: '2026-01-02T03:04:05.000Z' },
    { change: 'NewlyDenied', evaluated_at: '2026-01-02T03:04:05.000Z' },
  ]);
  expect(stderr).toBe(
    'rehearsal: 1 newly denied, 0 newly allowed, 0 uncertain, 1 unchanged, 0 not evaluated\n',
  );
});

describe('the same records give the same bytes', () => {
  test.each<[string, string | Uint8Array]>([
    ['flows.json', `[${allowed},${denied}]`],
    ['reply.json', `{"total":{"pages":1},"items":[${allowed},${denied}]}`],
    ['flows.ndjson.gz', gzipSync(lines)],
    ['flows.ndjson.zst', zstdCompressSync(lines)],
  ])('%s', async (name, bytes) => {
    const expected = await rehearsal(policies, { stdin: lines });
    expect(await rehearsal([...policies, await fileOf(name, bytes)])).toEqual(expected);
  });

  test('in two files and stdin', async () => {
    const file = await fileOf('one.ndjson', `${allowed}\n`);
    const { stdout } = await rehearsal([...policies, file, '-'], { stdin: `${denied}\n` });
    expect(stdout).toBe((await rehearsal(policies, { stdin: lines })).stdout);
  });
});

test('--only-changed leaves out what stays unchanged, and nothing that is uncertain', async () => {
  const trace = '"enforced_policies":[{"kind":9,"name":"kns.default","action":1}]';
  const unknown = allowed.replace(
    trace,
    '"enforced_policies":[{"kind":2,"name":"default.x","tier":"default","action":1}]',
  );
  const { stdout } = await rehearsal([...policies, '--only-changed'], {
    stdin: `${lines}${unknown}\n`,
  });
  expect(judgedOf(stdout).map(({ evaluation }) => evaluation.change)).toEqual([
    'NewlyDenied',
    'Uncertain',
  ]);
});

describe('--output-format canonical-json', () => {
  const canonical = ['--output-format', 'canonical-json'];

  test('converts, a record a line, and the answers stay the same', async () => {
    const pretty = `${JSON.stringify(JSON.parse(allowed), null, 2)}\n${denied}\n`;
    const { exitCode, stdout } = await rehearsal([...policies, ...canonical], { stdin: pretty });
    expect(exitCode).toBe(0);
    const records = judgedOf(stdout);
    expect(records).toMatchObject([
      { start_time: '2026-08-17T20:53:20Z', evaluation: { change: 'Unchanged' } },
      { source_labels: 'role=backend', evaluation: { change: 'NewlyDenied' } },
    ]);
    const again = await rehearsal(policies, { stdin: stdout });
    expect(judgedOf(again.stdout)).toEqual(records);
    expect(again.stdout).toBe(stdout);
  });

  test('keeps the pending list of Calico and compares with it, at every pass', async () => {
    const once = await rehearsal([...policies, ...canonical], { stdin: lines });
    const hit = { kind: 'Profile', name: 'kns.default', action: 'Allow' };
    expect(judgedOf(once.stdout)).toMatchObject([
      { policies: { pending_upstream: [hit] }, evaluation: { matches_upstream: false } },
      { policies: { pending_upstream: [hit] }, evaluation: { matches_upstream: false } },
    ]);
    const twice = await rehearsal([...policies, ...canonical], { stdin: once.stdout });
    expect(twice).toEqual(once);
  });
});

describe('records that cannot be read', () => {
  const broken = `${allowed}\n{"x":1}\n\n${denied.slice(0, 50)}\n${denied}\n`;

  test('are told with their first place, and the others are judged all the same', async () => {
    const { exitCode, stdout, stderr } = await rehearsal(policies, { stdin: broken });
    expect(exitCode).toBe(0);
    expect(judgedOf(stdout)).toHaveLength(2);
    expect(stderr).toContain('1 record unreadable, unknown_format: ');
    expect(stderr).toContain('(first: -:2)');
    expect(stderr).toContain('1 record unreadable, truncated: ');
    expect(stderr).toContain('(first: -:4)');
  });

  test('are exit 65 with --strict', async () => {
    expect((await rehearsal([...policies, '--strict'], { stdin: broken })).exitCode).toBe(65);
    expect((await rehearsal([...policies, '--strict'], { stdin: lines })).exitCode).toBe(0);
  });

  test('are kept with the reason by --dead-letter', async () => {
    const file = join(folder, 'dead.ndjson');
    const odd = Buffer.concat([Buffer.from(broken), Buffer.from('{"\u00ff', 'latin1')]);
    await rehearsal([...policies, '--dead-letter', file], { stdin: odd });
    const kept = (await readFile(file, 'utf8')).trim().split('\n');
    expect(kept.map((line) => JSON.parse(line) as object)).toMatchObject([
      { 'flow-source': '-:2', 'error-code': 'unknown_format', value: '{"x":1}' },
      { 'flow-source': '-:4', 'error-code': 'truncated', value: denied.slice(0, 50) },
      { 'flow-source': '-:6', value_base64: Buffer.from('{"\u00ff', 'latin1').toString('base64') },
    ]);
  });

  test.each<[string, string, number, string]>([
    ['a byte order mark at the beginning of a file is skipped', `\uFEFF${lines}`, 2, ''],
    [
      'one in front of another record is not',
      `${allowed}\n\uFEFF${denied}\n`,
      1,
      '1 record unreadable, not_a_record: the bytes are not a flow record, it begins with a byte order mark (first: -:2)',
    ],
    [
      'a line without end is one record too many',
      `${allowed}\n${'x'.repeat(3_000_000)}\n${denied}`,
      2,
      '1 record unreadable, too_large: ',
    ],
  ])('%s', async (_, stdin, judged, told) => {
    const { stdout, stderr } = await rehearsal(policies, { stdin });
    expect(judgedOf(stdout)).toHaveLength(judged);
    expect(stderr).toContain(told);
    expect(stderr.includes('unreadable')).toBe(told !== '');
  });

  test('a list without an end is one of them, since records may be missing', async () => {
    const { exitCode, stderr } = await rehearsal([...policies, '--strict'], {
      stdin: `[${allowed},${denied}`,
    });
    expect(exitCode).toBe(65);
    expect(stderr).toContain('the list of records has no end');
  });
});

describe('lines that hold more than one bare record', () => {
  test('--input-unwrap reads the records in the envelopes of a shipper, and keeps those', async () => {
    const stdin = `${enveloped(allowed)}\n${enveloped(denied)}\n{"message":"x"}\n`;
    const { stdout, stderr } = await rehearsal([...policies, '--input-unwrap', 'log'], { stdin });
    const bare = await rehearsal(policies, { stdin: lines });
    expect(stdout.trim().split('\n')).toEqual(bare.stdout.trim().split('\n').map(enveloped));
    expect(stderr).toContain(
      'the path `log` leads to no text or object of the message (first: -:3)',
    );
  });

  test('several of one line become a line each, and the places of bad ones are told', async () => {
    const file = join(folder, 'several-dead.ndjson');
    const stdin = `{"x":1}\n[${allowed},{"x":2},${denied}]\n[]\n`;
    const args = [...policies, '--dead-letter', file];
    const { stdout } = await rehearsal(args, { stdin });
    const [one, other] = (await rehearsal(policies, { stdin: lines })).stdout.trim().split('\n');
    expect(stdout).toBe(`[${one}]\n[${other}]\n[]\n`);
    const kept = (await readFile(file, 'utf8')).trim().split('\n');
    expect(kept.map((line) => JSON.parse(line) as object)).toMatchObject([
      { 'flow-source': '-:1', value: '{"x":1}' },
      { 'flow-source': '-:2#1', 'error-code': 'unknown_format', value: '[{"x":2}]' },
    ]);
    const changed = await rehearsal([...policies, '--only-changed'], { stdin });
    expect(changed.stdout).toBe(`[${other}]\n`);
  });

  test.each(['', '.log', 'a..b', 'log.'])('a path like `%s` is refused', async (path) => {
    const { exitCode } = await rehearsal([...policies, `--input-unwrap=${path}`], { stdin: '' });
    expect(exitCode).toBe(2);
  });
});

describe('what stops it', () => {
  test('policies that are invalid are exit 78, all told', async () => {
    const path = await fileOf('bad.yaml', databasePolicy.replace('Allow', 'Alow'));
    const { exitCode, stdout, stderr } = await rehearsal(['evaluate', '--policies', path]);
    expect([exitCode, stdout]).toEqual([78, '']);
    expect(stderr).toMatch(/bad\.yaml:4:\d+ spec\.ingress\[0\]\.action: /);
  });

  test.each([
    ['cannot be written', () => join(folder, 'no', 'x'), 'cannot write `'],
    ['is stdout', () => '-', 'stdout has the records that can be read'],
  ])('a dead-letter file that %s is exit 2', async (_what, path, told) => {
    const { exitCode, stderr } = await rehearsal([...policies, `--dead-letter=${path()}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(told);
  });
});

test('a small file may unpack to many records', async () => {
  const many = Buffer.from(lines.repeat(20_000));
  const { exitCode, stderr } = await rehearsal([...policies, '--only-changed'], {
    stdin: gzipSync(many),
  });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('20000 newly denied');
});
