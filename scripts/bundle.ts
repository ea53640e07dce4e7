// Puts the program together in few files, with what V8 compiles of them: Node takes longer to find, read and compile
// four hundred than to judge a small file. The library in `dist` stays as the compiler writes it.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

const folder = 'dist/program';
/** These have parts for each platform, reach into themselves, or are needed by few commands. */
const apart = [/^avsc/, /^kafkajs/, /^prom-client/, /^pino/, /^@node-rs\//, /^snappy/, /^lz4-napi/];

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    program: 'dist/program.js',
    'compile-worker': 'dist/live/compile-worker.js',
    chunks: 'scripts/chunks.ts',
  },
  platform: 'node',
  external: apart,
  logLevel: 'warn',
});
await bundle.write({
  dir: folder,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
});
await bundle.close();
// In place of the compiler's.
writeFileSync(
  'dist/program.js',
  `const require = process.getBuiltinModule('module').createRequire(import.meta.url);
const { Chunks } = require('./program/chunks.cjs');
export const { start } = new Chunks(\`\${import.meta.dirname}/program\`).load('program.cjs');
`,
);
rmSync('dist/program.js.map', { force: true });
const [shebang = ''] = readFileSync('dist/cli.js', 'utf8').split('\n');
const flags = shebang.split(' ').filter((word) => word.startsWith('--'));
execFileSync(process.execPath, [...flags, 'scripts/keep-code.ts'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
