// The action that previews pull requests: what it may do, and that it does it.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/pull-request');
const script = join(root, '.github/actions/preview/preview.sh');
const files = [
  '.github/actions/preview/action.yml',
  'examples/pull-request/.github/workflows/preview.yml',
];

describe.each(files)('%s', (path) => {
  test('refers to others by commit', async () => {
    const text = await readFile(join(root, path), 'utf8');
    const used = [...text.matchAll(/uses: (\S+)/g)].map((match) => match[1] ?? '');
    expect(used.filter((name) => !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
  });

  test('puts nothing from outside into a script', async () => {
    const text = await readFile(join(root, path), 'utf8');
    expect(text).not.toMatch(/run:.*\$\{\{|pull_request_target/);
  });
});

test('the job may write comments and nothing else', async () => {
  const workflow = parse(await readFile(join(root, files[1] ?? ''), 'utf8')) as {
    permissions: object;
    jobs: { preview: { permissions: object } };
  };
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(workflow.jobs.preview.permissions).toEqual({
    contents: 'read',
    'pull-requests': 'write',
  });
});

/** Flows that are cut, each from many workloads. */
async function manyFlows(): Promise<string> {
  const known = (await readFile(join(example, 'flows/flows.ndjson'), 'utf8')).split('\n');
  const cut = known.filter((line) => /"source_name":"(report|prometheus|checkout)-/.test(line));
  return Array.from({ length: 100 }, (_, i) =>
    cut.map((line) => `${line.replace('"source_name":"', `$&app-${i}-`)}\n`).join(''),
  ).join('');
}

describe('the action', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rehearsal-action-'));
    const gh =
      '#!/bin/sh\necho "$@" >> "$CALLS"\nfor last; do :; done\ncase "$last" in body=@*) cp "${last#body=@}" "$COMMENT_COPY";; esac\ncase "$*" in *--paginate*) echo "$KNOWN";; esac\n';
    await writeFile(join(folder, 'gh'), gh);
    await chmod(join(folder, 'gh'), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(inputs: Readonly<Record<string, string>>) {
    const calls = join(folder, 'calls');
    const summary = join(folder, 'summary');
    const comment = join(folder, 'comment');
    await Promise.all([calls, summary, comment].map(async (path) => writeFile(path, '')));
    const environment = {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      RUNNER_TEMP: folder,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_REPOSITORY: 'shop/policies',
      PULL_REQUEST: '7',
      CALLS: calls,
      COMMENT_COPY: comment,
      KNOWN: '',
      POLICIES: 'policies\ninventory\n',
      FLOWS: 'flows/flows.ndjson\n',
      FAIL_ON: 'newly-denied',
      ...inputs,
    };
    const code = await new Promise<unknown>((resolve) => {
      execFile('bash', [script], { cwd: example, env: environment }, (error) =>
        resolve(error?.code ?? 0),
      );
    });
    const texts = [calls, summary, comment].map(async (path) => readFile(path, 'utf8'));
    const [called = '', shown = '', posted = ''] = await Promise.all(texts);
    return { code, called, shown, posted };
  }

  test('fails on new denials, after it has said which', async () => {
    const { code, called, shown, posted } = await run({});
    expect(code).toBe(1);
    expect(shown).toContain('would cut dns from 1 workload');
    expect(posted).toMatch(/^<!-- rehearsal-preview -->\n/);
    expect(called).toContain('--method POST repos/shop/policies/issues/7/comments');
  });

  test('posts no more than GitHub takes as a comment', async () => {
    const flows = join(folder, `${'a-long-name-'.repeat(10)}.ndjson`);
    await writeFile(flows, await manyFlows());
    const { posted } = await run({ FLOWS: flows });
    expect(posted).toMatch(/^<!-- rehearsal-preview -->\n/);
    expect(posted).toContain('would not fit into a comment');
    expect(posted.length).toBeGreaterThan(60_000);
    expect(posted.length).toBeLessThanOrEqual(65_536);
  });

  test('writes its own comment anew', async () => {
    const { called } = await run({ KNOWN: '4711' });
    expect(called).toContain('--method PATCH repos/shop/policies/issues/comments/4711');
    expect(called).not.toContain('POST');
  });

  test('compares, puts up with what it is told to, and keeps quiet if asked', async () => {
    const { code, called, shown } = await run({
      AGAINST: 'policies\ninventory',
      FAIL_ON: 'newly-denied>1000',
      COMMENT: 'false',
    });
    expect([code, called]).toEqual([0, '']);
    expect(shown).toContain('Against policies, inventory');
  });

  test('says so where there is no preview', async () => {
    const { code, shown } = await run({ POLICIES: 'nowhere', KNOWN: '1' });
    expect(code).toBe(78);
    expect(shown).toContain('There is no preview');
  });
});
