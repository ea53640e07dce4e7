import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { goldmaneRecord, workload } from '../support/flow-record.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const policies = fileURLToPath(new URL('../../examples/staging-guide/policies', import.meta.url));

const record = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=backend'),
  dest: { ...workload('role=database'), port: 6379 },
});

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

function start(...args: readonly string[]): Process {
  const environment = { PATH: process.env['PATH'] };
  return spawn(process.execPath, [cli, ...args], { env: environment, stdio: 'pipe' });
}

async function ended(child: Process): Promise<{ code: unknown; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  // Whoever ends early does not read on.
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

test('the version is on stdout', async () => {
  expect(await ended(start('version'))).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^rehearsal \d/) as string,
    stderr: '',
  });
});

test('a mistake is on stderr, exit 2', async () => {
  const { code, stdout, stderr } = await ended(start('rnu'));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('did you mean `run`?');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a filter at once, exit %d', async (signal, code) => {
  const child = start('evaluate', '--policies', policies);
  const end = ended(child);
  child.stdin.write(`${record}\n`);
  await once(child.stdout, 'data');
  child.kill(signal);
  expect((await end).code).toBe(code);
});

test('a reader that has read enough is no mistake', async () => {
  const child = start('evaluate', '--policies', policies);
  const end = ended(child);
  child.stdout.destroy();
  child.stdin.on('error', () => {});
  child.stdin.end(`${record}\n`.repeat(5000));
  const { code, stderr } = await end;
  expect(code).toBe(0);
  expect(stderr).not.toContain('EPIPE');
});
