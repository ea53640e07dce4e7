import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/commands.ts';
import { rehearsal } from './support.ts';

describe('help', () => {
  test.each([[['--help']], [['-h']], [['help']]])('%j begins with an example', async (args) => {
    const { exitCode, stdout, stderr } = await rehearsal(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Example:\n {2}rehearsal /);
  });

  test.each(Object.keys(commands))('%s --help begins with an example', async (name) => {
    const { exitCode, stdout } = await rehearsal([name, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Examples?:\n {2}.*rehearsal /);
    expect((await rehearsal(['help', name])).stdout).toBe(stdout);
  });

  test('every option is listed', async () => {
    const { stdout } = await rehearsal(['run', '--help']);
    for (const option of Object.keys(commands.run.options)) expect(stdout).toContain(`--${option}`);
  });

  test('no line is too long for a terminal but those to be copied', async () => {
    for (const name of Object.keys(commands)) {
      const { stdout } = await rehearsal([name, '--help']);
      const lines = stdout.slice(stdout.indexOf('\n\n')).split('\n');
      expect(lines.filter((line) => line.length > 100)).toEqual([]);
    }
  });

  test('help wins over mistakes beside it', async () => {
    expect((await rehearsal(['run', '--nonsense', '--help'])).exitCode).toBe(0);
  });

  test('no command at all is a mistake, with help on stderr', async () => {
    const { exitCode, stdout, stderr } = await rehearsal([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Commands:');
  });
});

describe('mistakes in what was typed', () => {
  test.each<[string, string[], string]>([
    ['a command', ['rnu'], 'unknown command `rnu`, did you mean `run`?'],
    ['a command unlike any', ['frobnicate'], 'unknown command `frobnicate` ('],
    [
      'an option before the command',
      ['--config', 'x'],
      'unknown option before a command `--config`',
    ],
    ['an option without a command', ['--hlep'], 'did you mean `--help`?'],
    ['the command that is an option, too', ['hepl'], 'did you mean `help`?'],
    ['how much', ['preview', '--fail-on', 'newly-denied>x'], 'with `>N` for more than N\n'],
    ['a gate', ['preview', '--fail-on', 'newly-denid'], ' N, did you mean `newly-denied`?\n'],
    [
      'an option',
      ['run', '--polices', 'x'],
      'unknown option `--polices`, did you mean `--policies`?',
    ],
    ['a value that is missing', ['run', '--config'], '`--config` needs a value: `--config FILE`'],
    ['an option for a value', ['run', '--config', '--dry-run'], '`--config` needs a value'],
    ['a value for a switch', ['run', '--dry-run=no'], '`--dry-run` takes no value'],
    ['an operand', ['run', 'x'], '`run` takes no operands, but `x` was given'],
    ['a duration', ['run', '--startup-timeout', '60'], 'must be a duration like `60s`'],
    ['one of a list', ['validate', 'x', '--format', 'jsno'], 'did you mean `json`?'],
    ['the same option again', ['run', '--config', 'a', '--config', 'b'], 'was given twice'],
    ['a setting without a value', ['run', '--set', 'x'], '`--set KEY=VALUE`'],
    ['nothing to validate', ['validate'], '`validate` needs a PATH'],
  ])('%s', async (_name, args, message) => {
    const { exitCode, stdout, stderr } = await rehearsal(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^rehearsal: /);
  });

  test('all are told at once', async () => {
    const { stderr } = await rehearsal(['run', '--a', '--b', '--startup-timeout', 'soon']);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });

  test('names of the object prototype are no commands and no options', async () => {
    expect((await rehearsal(['constructor'])).exitCode).toBe(2);
    expect((await rehearsal(['run', '--toString'])).exitCode).toBe(2);
  });
});

test.each([
  ['a configuration', 78, ['--set', 'policies.mode=calica']],
  ['an option', 2, ['--mode', 'calica']],
  ['an option and a configuration', 78, ['--mode', 'calica', '--set', 'input.from=nowhere']],
])('%s that cannot be used is exit %i', async (_what, expected, options) => {
  const { exitCode, stderr } = await rehearsal(['run', ...options]);
  expect(exitCode).toBe(expected);
  expect(stderr).toContain('did you mean `calico`?');
});

describe('version', () => {
  test('is one line', async () => {
    expect((await rehearsal(['version'])).stdout).toMatch(/^rehearsal \d+\.\d+\.\d+\n$/);
    expect((await rehearsal(['--version'])).stdout).toMatch(/^rehearsal \d/);
  });

  test('is an object with --json', async () => {
    const { stdout } = await rehearsal(['version', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ node: process.versions.node });
  });
});
