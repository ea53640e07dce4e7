// What is installed: the program as `npm run build` puts it together.
import { execFileSync, spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { recordLines } from '../flow/dialects/support/records.ts';

const records = `${recordLines('goldmane-go').slice(0, 10).join('\n')}\n`;
const preview = ['preview', '--policies', 'examples/shop', '--format', 'json', '-'];

beforeAll(() => {
  execFileSync('npm', ['run', '-s', 'build']);
});

/** The program, or what Node is to run in its place, on ten records. */
function start(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    input: records,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
  return { stdout, stderr };
}

/** Prints, as the program ends, the files and packages that it loaded. */
const listing = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  const urls = [];
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
  process.on('exit', () => writeSync(2, JSON.stringify(urls)));
`)}`;

function loadedBy(args: readonly string[]): string[] {
  const { stderr } = start(['--import', listing, 'dist/cli.js', ...args]);
  return (JSON.parse(stderr.slice(stderr.indexOf('['))) as string[]).filter((url) =>
    url.startsWith('file:'),
  );
}

describe('the program that is installed', () => {
  test('says what a checkout says', () => {
    const flags = ['--now', '2026-01-01T00:00:00Z'];
    expect(start(['dist/cli.js', ...preview, ...flags]).stdout).toBe(
      start(['src/cli.ts', ...preview, ...flags]).stdout,
    );
  });

  test.each([
    [['version'], 12],
    [['--help'], 12],
    [preview, 45],
  ])('%s loads few files and no package', (args, most) => {
    const loaded = loadedBy(args);
    expect(loaded.length).toBeLessThan(most);
    expect(loaded.filter((url) => url.includes('/node_modules/'))).toEqual([]);
  });

  test('compiles policies on a thread of its own', () => {
    const run = ['dist/cli.js', 'run', '--policies', 'examples/shop', '--startup-timeout', '2s'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [...run, '--set', 'kafka.brokers=127.0.0.1:1'],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain('no broker answers');
    expect(status).toBe(69);
  });
});

/** Least of some, of the whole process, in seconds. */
function cpuSeconds(args: readonly string[]): number {
  const preload = `data:text/javascript,${encodeURIComponent(
    "import{writeSync}from'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();writeSync(2,`\\n${user+system}`)})",
  )}`;
  const costs = Array.from({ length: 3 }, () => {
    const { stderr } = start(['--import', preload, ...args]);
    return Number(stderr.split('\n').at(-1)) / 1e6;
  });
  return Math.min(...costs);
}

test('a preview of ten records takes no more than twenty times what Node takes to start', () => {
  const bare = cpuSeconds(['-e', '0']);
  const whole = cpuSeconds(['dist/cli.js', ...preview]);
  console.info(`Node alone ${bare} s of CPU, a preview of ten records ${whole} s`);
  expect(whole).toBeLessThan(20 * bare);
});
