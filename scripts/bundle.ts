// Puts the program together in few files: Node takes longer to find and read four hundred than to judge a small file.
// The library in `dist` stays as the compiler writes it.
import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';

const folder = 'dist/program';
/** These have parts for each platform, reach into themselves, or are needed by few commands. */
const apart = [/^avsc/, /^kafkajs/, /^prom-client/, /^pino/, /^@node-rs\//, /^snappy/, /^lz4-napi/];

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: { cli: 'dist/cli.js', 'compile-worker': 'dist/live/compile-worker.js' },
  platform: 'node',
  external: apart,
  logLevel: 'warn',
});
await bundle.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: ({ name }) => (name === 'cli' ? 'cli.js' : `program/${name}.js`),
  chunkFileNames: 'program/[name].js',
});
await bundle.close();
rmSync('dist/cli.js.map', { force: true });
