import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import type { Row } from '../../bench/run/rows.ts';

const program = fileURLToPath(new URL('../../bench/growth.ts', import.meta.url));

test.each([
  ['how cost grows', [], ['20 policies: CPU', '50 % of flows seen before: CPU']],
  ['what Avro costs beside JSON', ['--forms', '--rounds', '1'], ['JSON: CPU', 'Avro: CPU']],
  ['what new flows cost', ['--misses', '--rounds', '1'], ['all known: CPU', '10 % new: CPU']],
  ['what a second process brings', ['--members', '--rounds', '1'], ['two processes']],
])('the bench says %s', (_what, more, names) => {
  const args = [program, '--size', 'small', '--json', ...more];
  const text = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' });
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect(rows.filter(({ value }) => !(value > 0 && value < Infinity))).toEqual([]);
});
