// Runs the program that was put together, and keeps what V8 compiled of it beside its parts. Whoever starts with another
// Node compiles anew, as if it were not there.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import v8 from 'node:v8';

import { codeFileOf, type Chunks } from './chunks.ts';

// V8 takes code only under the flags that were set when it was kept: those of the start.
v8.setFlagsFromString = () => {};

const folder = resolve('dist/program');
const example = 'examples/pull-request';
const judging = ['--policies', `${example}/policies`, '--policies', `${example}/inventory`];
const flows = `${example}/flows/flows.ndjson`;

/** What is to start fast. */
const runs = [
  ['preview', ...judging, flows],
  ['evaluate', ...judging, flows],
];

const program = createRequire(import.meta.url)('../dist/program/chunks.cjs') as {
  Chunks: typeof Chunks;
};
const chunks = new program.Chunks(folder);
const { start } = chunks.load('program.cjs') as { start: () => Promise<void> };
for (const run of runs) {
  process.argv.splice(2, Infinity, ...run);
  await start();
}
for (const [name, code] of chunks.code()) writeFileSync(join(folder, codeFileOf(name)), code);
