import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../bench/policies.ts', import.meta.url));

test('the bench of policies prints its figures', { timeout: 60_000 }, () => {
  const args = [program, '--size', 'small', '--json'];
  const text = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' });
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; value: number });
  expect(rows.map(({ name }) => name)).toContain('scale 100: pending and enforced');
  expect(rows.filter(({ value }) => !(value >= 0 && value < Infinity))).toEqual([]);
});
