// However the stage is started, `__proto__` is a name like any other and SIGUSR1 opens no inspector.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { liveLimits } from '../../src/live/limits.ts';
import { nodeFlags, startStage } from '../support/broker/stage-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-start-'));
const probe = join(folder, 'probe.mjs');
const said = join(folder, 'said.json');

/** Says at the end of the process or thread that loads it what an object has by itself. */
beforeAll(() => {
  const program = `
    import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(said)}, JSON.stringify({
      hasProto: '__proto__' in {}, flags: process.execArgv })));`;
  writeFileSync(probe, program);
});

afterAll(() => rmSync(folder, { recursive: true }));

function told(): { readonly hasProto: boolean; readonly flags: readonly string[] } {
  const text = readFileSync(said, 'utf8');
  rmSync(said);
  return JSON.parse(text) as { hasProto: boolean; flags: string[] };
}

/** What stands between `node` and the program. */
const shebang = readFileSync('src/cli.ts', 'utf8').split('\n')[0]?.split(' ') ?? [];
const entryPoint = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '[]';

test.each([
  ['the shebang, as of the package’s `bin`', shebang.slice(shebang.indexOf('node') + 1)],
  ['the Dockerfile', (JSON.parse(entryPoint) as string[]).slice(1, -1)],
  ['the demo and the tests', nodeFlags],
])('%s gives Node every flag', async (_, flags) => {
  expect(flags).toEqual(nodeFlags);
  const args = [...flags, '--import', probe, 'src/cli.ts', 'version'];
  await promisify(execFile)(process.execPath, args);
  expect(told()).toMatchObject({ hasProto: false, flags: expect.arrayContaining([...flags]) });
});

test('docker compose starts what the image starts', () => {
  const { services } = parse(readFileSync('docker-compose.yml', 'utf8')) as {
    services: Readonly<Record<string, object>>;
  };
  expect(services['rehearsal']).not.toHaveProperty('entrypoint');
  expect(services['rehearsal']).not.toHaveProperty('command');
});

test('whoever leaves the flags out gets the first one all the same', async () => {
  await promisify(execFile)(process.execPath, ['--import', probe, 'src/cli.ts', 'version']);
  expect(told().hasProto).toBe(false);
});

test('the thread that compiles policies, too', async () => {
  const worker = new Worker(new URL('../../src/live/compile-worker.ts', import.meta.url), {
    workerData: {
      paths: ['examples/staging-guide/policies'],
      limits: liveLimits,
      options: { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true },
    },
    execArgv: ['--import', probe],
  });
  const [answer] = await once(worker, 'message');
  await once(worker, 'exit');
  expect(answer).toMatchObject({ status: 'done' });
  expect(told().hasProto).toBe(false);
});

test('a running stage is not opened to an inspector by SIGUSR1', async () => {
  const policies = 'examples/staging-guide/policies';
  const stage = await startStage({ bootstrap: '127.0.0.1:1', policies });
  try {
    await expect.poll(() => stage.output, { timeout: 90_000 }).toContain('no broker answers');
    stage.signal('SIGUSR1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(stage.output).not.toContain('Debugger');
    expect((await fetch(`${stage.url}/livez`)).status).toBe(200);
  } finally {
    await stage.kill();
  }
});
