import { readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { expect, test } from 'vitest';

/** What is loaded before anything is asked for: no library, and little of our own. */
test('help and the version wait for no library', () => {
  const { files, modules } = loadedWith('src/program.ts');
  expect([...modules].filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect([...files].length).toBeLessThan(20);
  expect(files).toContain('src/commands/help.ts');
});

test.each(['evaluate', 'preview'])('%s waits for no client and no maker of schemas', (name) => {
  const { modules } = loadedWith(`src/commands/${name}.ts`);
  const libraries = [...modules].filter((module) => !module.startsWith('node:')).toSorted();
  expect(libraries).toEqual(['yaml']);
});

test('no command and no thread needs a package that is not installed with it', () => {
  const manifest = readFileSync('package.json', 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const files = new Set<string>();
  const modules = new Set<string>();
  loadedWith('src/cli.ts', files, modules);
  loadedWith('src/live/compile-worker.ts', files, modules);
  // A set that grows is walked to its end.
  for (const file of files) {
    const later = readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g);
    for (const [, name = ''] of later) loadedWith(posix.join(dirname(file), name), files, modules);
  }
  expect(files).toContain('src/kafka/source.ts');
  const packages = [...modules].filter((name) => !name.startsWith('node:'));
  expect(packages).toContain('kafkajs');
  expect(packages.filter((name) => !(nameOf(name) in dependencies))).toEqual([]);
});

/** `kafkajs` of `kafkajs/src/errors`. */
function nameOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

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
