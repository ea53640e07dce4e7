import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dialectNames } from '../../../src/flow/dialects/dialect.ts';
import { dialects } from '../../../src/flow/dialects/table.ts';

test('every name of a dialect has a row, and one in the README', () => {
  expect(dialectNames).toEqual(expect.arrayContaining(dialects.map(({ name }) => name)));
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, table = ''] = readme.split('| dialect | recognised by |');
  const [rows = ''] = table.split('\n\n');
  const named = [...rows.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set([...dialectNames, 'avro']));
});
