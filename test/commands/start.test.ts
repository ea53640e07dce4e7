import { readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { expect, test } from 'vitest';

/** What is loaded before anything is asked for: no library, and little of our own. */
test('help and the version wait for no library', () => {
  const { files, modules } = loadedWith('src/cli.ts');
  expect([...modules].filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect([...files].length).toBeLessThan(20);
  expect(files).toContain('src/commands/help.ts');
});

test.each(['evaluate', 'preview'])('%s waits for no client and no maker of schemas', (name) => {
  const { modules } = loadedWith(`src/commands/${name}.ts`);
  const libraries = [...modules].filter((module) => !module.startsWith('node:')).toSorted();
  expect(libraries).toEqual(['avsc', 'yaml']);
});

function loadedWith(
  file: string,
  files = new Set<string>(),
  modules = new Set<string>(),
): { readonly files: ReadonlySet<string>; readonly modules: ReadonlySet<string> } {
  if (files.has(file)) return { files, modules };
  files.add(file);
  const imports = /(?:^|\n)(?:import|export) (?!type )[^;]*?from '([^']+)'/g;
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(imports)) {
    if (name.startsWith('.')) loadedWith(posix.join(dirname(file), name), files, modules);
    else modules.add(name);
  }
  return { files, modules };
}
