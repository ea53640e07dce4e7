import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { CodedError } from '../std/coded-error.ts';
import type { CompileOutcome } from './compile.ts';
import type { CompileAnswer, CompileJob } from './compile-worker.ts';
import type { Skipped } from './read-paths.ts';

/** What may become of a set of policies before it is given up: `limits` bound what is read. */
const heapMibMax = 2048;

/**
 * Reads and compiles policies in a thread of their own, so that the records of the present set are
 * judged meanwhile, and a set that exhausts its memory takes nothing else down.
 * @throws CodedError `policy/unreadable`, `policy/too-much`
 */
export async function compileAside(
  job: CompileJob,
): Promise<{ readonly outcome: CompileOutcome; readonly skipped: readonly Skipped[] }> {
  // The worker is a `.ts` beside this source and a `.js` beside the built file.
  const entry = new URL(`./compile-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
  });
  const answer = await answerOf(worker);
  if (answer.status === 'unreadable') throw new CodedError('policy/unreadable', answer.message);
  return answer;
}

async function answerOf(worker: Worker): Promise<CompileAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CompileAnswer>();
  worker.once('message', resolve);
  worker.once('error', (error: Error) => reject(explained(error)));
  worker.once('exit', (code) => reject(new Error(`the compiler ended with code ${code}`)));
  return promise;
}

function explained(error: Error): Error {
  if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new CodedError(
    'policy/too-much',
    `the policies need more than ${heapMibMax} MiB of memory to compile; split the set`,
    { cause: error },
  );
}
