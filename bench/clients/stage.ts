// `rehearsal run` of the tree whose `src/commands/main.ts` is the first argument, at a time that stands
// still (the second, ms since 1970), so that outputs can be compared.
import { performance } from 'node:perf_hooks';

import type { main as mainOfThisTree } from '../../src/commands/main.ts';

const [mainFile = '', now = '0'] = process.argv.slice(2);
const { main } = (await import(mainFile)) as { readonly main: typeof mainOfThisTree };
const exitCode = await main(['run'], {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  clock: { nowMs: () => Number(now), monotonicMs: () => performance.now() },
});
process.exit(exitCode);
