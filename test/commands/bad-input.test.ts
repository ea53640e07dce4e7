import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Preview } from '../../src/report/schema.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';
import { rehearsal } from './support.ts';

const policy = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: db, namespace: default}
spec: {selector: role == 'database', types: [Ingress], ingress: [{action: Allow}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
`;
const flow = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=frontend'),
  dest: { ...workload('role=database'), port: 6379 },
});
const half = flow.slice(0, 80);
const halfAtEnd = ' unreadable, truncated: the record ends too early, at byte 80';
const packed = gzipSync(`${flow}\n`.repeat(500));

/** A folder named `empty`, and files. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'good.ndjson': `${flow}\n${flow}\n`,
  'nothing.ndjson': '',
  'text.txt': 'hello\nworld\n',
  'other.ndjson': `${flow}\n{"x":1}\n\nhello\n${flow}\n`,
  'half.ndjson': `${flow}\n${flow}\n${half}`,
  'half.json': `[${flow},\n${flow},\n${half}`,
  'half-a-reply.json': `{"items":[${flow},\n${flow}`,
  'cut.ndjson.gz': Buffer.concat([packed, packed]).subarray(0, -9),
  'cut.ndjson.zst': zstdCompressSync(`${flow}\n`.repeat(500)).subarray(0, -9),
  'not.gz': Buffer.from('1f8b0800ffff', 'hex'),
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-bad-input-'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'policy.yaml'), policy);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
});
afterAll(() => rm(folder, { recursive: true }));

function run(command: string, names: readonly string[], ...options: readonly string[]) {
  const paths = names.map((name) => join(folder, name));
  return rehearsal([command, '--policies', join(folder, 'policy.yaml'), ...options, ...paths]);
}

/** The exit code of a gate that puts up with so much. */
async function gate(names: readonly string[], unreadableMax: number) {
  const allow = `--allow-unreadable=${unreadableMax}`;
  return (await run('preview', names, '--fail-on', 'newly-denied', allow)).exitCode;
}

interface Case {
  readonly names: readonly string[];
  /** How many records are judged all the same; with `or more`, at least so many. */
  readonly judged: number | `${number} or more`;
  /** With `--fail-on`, what `--allow-unreadable` has to be for the gate to look at the rest; `null` = nothing helps. */
  readonly allow: number | null;
  readonly told: readonly string[];
}

const cases: readonly Case[] = [
  { names: ['good.ndjson'], judged: 2, allow: 0, told: [] },
  {
    names: ['text.txt'],
    judged: 0,
    allow: null,
    told: [
      '2 records unreadable, not_a_record: the bytes are not a flow record, at byte 0',
      'text.txt:1)',
    ],
  },
  {
    names: ['other.ndjson'],
    judged: 2,
    allow: 2,
    told: [
      '1 record unreadable, unknown_format: ',
      'other.ndjson:2)',
      'not_a_record',
      'other.ndjson:4)',
    ],
  },
  { names: ['half.ndjson'], judged: 2, allow: 1, told: [halfAtEnd, 'half.ndjson:3)'] },
  { names: ['half.json'], judged: 2, allow: 2, told: [halfAtEnd, 'half.json:3)'] },
  { names: ['half-a-reply.json'], judged: 2, allow: 1, told: ['the list of records has no end'] },
  {
    names: ['cut.ndjson.gz', 'good.ndjson'],
    judged: '502 or more',
    allow: null,
    told: ['cut.ndjson.gz`: unexpected end of file, ', ' bytes (unpacked) after its beginning'],
  },
  {
    names: ['cut.ndjson.zst', 'good.ndjson'],
    judged: '2 or more',
    allow: null,
    told: ['cut.ndjson.zst`: unexpected end of file'],
  },
  { names: ['not.gz', 'good.ndjson'], judged: 2, allow: null, told: ['not.gz`: unexpected end'] },
  {
    names: ['empty', 'missing.ndjson', 'good.ndjson'],
    judged: 2,
    allow: null,
    told: [
      'empty`: it is a folder, name the files in it',
      'missing.ndjson`: there is no such file',
    ],
  },
  { names: ['empty'], judged: 0, allow: null, told: ['empty`: it is a folder'] },
  { names: ['missing.ndjson'], judged: 0, allow: null, told: ['there is no such file'] },
];

describe.each(cases)('$names', ({ names, judged, allow, told }) => {
  const isWhole = told.length === 0;
  const expected = typeof judged === 'number' ? judged : Number.parseInt(judged, 10);
  const countIs = (count: number) =>
    typeof judged === 'number'
      ? expect(count).toBe(expected)
      : expect(count).toBeGreaterThanOrEqual(expected);

  test('`evaluate` judges what it can, tells the rest with place and reason, and is exit 65 if that was all', async () => {
    const { exitCode, stdout, stderr } = await run('evaluate', names);
    countIs(stdout.split('\n').length - 1);
    expect(exitCode).toBe(expected === 0 ? 65 : 0);
    for (const words of told) expect(stderr).toContain(words);
  });

  test('so does `preview`', async () => {
    const { exitCode, stdout, stderr } = await run('preview', names, '--format', 'json');
    const { flows, unreadable, damaged } = JSON.parse(stdout) as Preview;
    countIs(flows.judged);
    expect(exitCode).toBe(expected === 0 ? 65 : 0);
    expect(unreadable.length + damaged.length > 0).toBe(!isWhole);
    for (const words of told) expect(stderr).toContain(words);
  });

  test.each(['evaluate', 'preview'])('`%s --strict` puts up with nothing', async (command) => {
    expect((await run(command, names, '--strict')).exitCode).toBe(isWhole ? 0 : 65);
  });

  test('`--fail-on` is exit 65 beyond what `--allow-unreadable` puts up with', async () => {
    const isHopeless = allow === null;
    expect(await gate(names, allow ?? 1_000_000)).toBe(isHopeless ? 65 : 0);
    const isTooMuch = isHopeless || allow > 0;
    expect(await gate(names, Math.max(0, (allow ?? 0) - 1))).toBe(isTooMuch ? 65 : 0);
  });
});

test.each<[command: string, code: number]>([
  ['evaluate', 0],
  ['preview', 0],
])('for `%s` a file without a record is no mistake', async (command, code) => {
  expect((await run(command, ['nothing.ndjson'], '--strict')).exitCode).toBe(code);
});
