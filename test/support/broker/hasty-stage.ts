import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

import { hastyTiming } from './hasty-timing-values.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Puts the stage together as the build does, but with hasty timing and nothing else changed: suites that start hundreds of
 * stages spend half of what a start costs on finding four hundred files. It goes with this process.
 * @returns the program
 */
export async function buildHastyStage(): Promise<string> {
  // Where `node_modules` is found.
  const folder = `${root}node_modules/.cache/hasty-stage/${process.pid}`;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  let isHasty = false;
  const bundle = await rolldown({
    input: {
      cli: `${root}src/cli.ts`,
      'compile-worker': `${root}src/live/compile-worker.ts`,
    },
    platform: 'node',
    // What is installed stays where it is: kafkajs is reached into.
    external: /^[^./]/,
    logLevel: 'warn',
    plugins: [
      {
        name: 'hasty-timing',
        transform: (code, id) => {
          if (!id.endsWith('/src/kafka/settings.ts')) return null;
          isHasty = true;
          return `${code}\nObject.assign(kafkaTimingDefault, ${JSON.stringify(hastyTiming)});\n`;
        },
      },
    ],
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  });
  await bundle.close();
  if (!isHasty) throw new Error('the timing of the stage is no longer where it was');
  return `${folder}/cli.mjs`;
}
