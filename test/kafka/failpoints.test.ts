import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from 'vitest';

import { armFailpoint, failpoint, failpoints } from '../../src/kafka/failpoints.ts';

const module = fileURLToPath(new URL('../../src/kafka/failpoints.ts', import.meta.url));

afterEach(() => void armFailpoint(undefined));

/** Runs `code` in a process of its own, armed with `text`. */
function run(text: string, code: string) {
  const program = `
    import { armFailpoint, failpoint, failpointSoon } from '${module}';
    armFailpoint('${text}');
    ${code}
    console.log('lived');
  `;
  const { signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return { signal, stdout };
}

test('nothing happens anywhere unless a place is named', () => {
  expect(armFailpoint(undefined)).toBe(null);
  for (const name of Object.keys(failpoints)) failpoint(name as keyof typeof failpoints);
});

test('a process dies the first time it comes to the place', () => {
  expect(run('after-ack', "failpoint('after-commit'); failpoint('after-ack');")).toEqual({
    signal: 'SIGKILL',
    stdout: '',
  });
});

test('a process dies the second time if it is told so', () => {
  const twice = "failpoint('begin'); console.log('once'); failpoint('begin');";
  expect(run('begin:2', twice)).toEqual({ signal: 'SIGKILL', stdout: 'once\n' });
  expect(run('begin:3', twice)).toEqual({ signal: null, stdout: 'once\nlived\n' });
});

test('a process dies after what it does at once', () => {
  const soon = "failpointSoon('mid-send'); console.log('sent'); await new Promise(setImmediate);";
  expect(run('mid-send', soon)).toEqual({ signal: 'SIGKILL', stdout: 'sent\n' });
});

test.each(['', 'nowhere', 'begin:0', 'begin:x', 'begin:1:1', 'toString'])(
  'a place that there is not is refused: `%s`',
  (text) => {
    expect(() => armFailpoint(text)).toThrow(expect.objectContaining({ code: 'config/invalid' }));
  },
);
