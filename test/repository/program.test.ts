// What is installed: the program as `npm run build` puts it together.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

  test.each([[['version']], [['--help']], [preview]])('%s loads no package', (args) => {
    const loaded = loadedBy(args).map((url) => url.slice(url.indexOf('/dist/') + 1));
    expect(loaded).toEqual(['dist/cli.js', 'dist/program.js', 'dist/program/chunks.cjs']);
  });

  test('V8 takes what was compiled when the program was put together', () => {
    const listed = `
      const { Chunks } = require('./dist/program/chunks.cjs');
      const chunks = new Chunks(process.cwd() + '/dist/program');
      for (const name of ['program', 'preview', 'evaluate']) chunks.load(name + '.cjs');
      console.log(chunks.loaded(), chunks.compiled());`;
    const { stdout } = start(['-e', listed]);
    expect(stdout).toMatch(/^\[[^\]]*'preview.cjs'[^\]]*\] \[\]\n$/);
  });

  test('says the same where V8 has to compile it anew', () => {
    const flags = ['--now', '2026-01-01T00:00:00Z'];
    expect(start(['--no-opt', 'dist/cli.js', ...preview, ...flags]).stdout).toBe(
      start(['dist/cli.js', ...preview, ...flags]).stdout,
    );
  });

  test('a Node that is too old is told so, and what is needed', () => {
    const preload = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.20.2'}})`;
    const args = ['--import', preload, 'dist/cli.js', 'version'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toMatch(/^rehearsal: needs Node 24 or newer, but \S+ is Node 20\.20\.2\n$/);
    expect(status).toBe(78);
    // An import that it cannot follow would stop it before it says so.
    expect(readFileSync('dist/cli.js', 'utf8')).not.toMatch(/^import .* from /m);
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
