import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

import { CodedError } from '../std/coded-error.ts';
import type { CompileOutcome } from './compile.ts';
import type { CompileAnswer, CompileJob } from './compile-worker.ts';
import type { LiveLimits } from './limits.ts';
import type { Skipped } from './read-paths.ts';

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
    resourceLimits: {
      maxOldGenerationSizeMb: job.limits.policyHeapMib,
      maxYoungGenerationSizeMb: YOUNG_MIB,
    },
  });
  const answer = await answerOf(worker, job.limits);
  if (answer.status === 'unreadable') throw new CodedError('policy/unreadable', answer.message);
  return answer;
}

/**
 * Memory of a thread that ended is kept for some seconds, beside what the stage needs for its first records. More than
 * this made no set compile faster: of 5,000 policies 200 MiB at the peak instead of 245.
 */
const YOUNG_MIB = 8;

async function answerOf(worker: Worker, limits: LiveLimits): Promise<CompileAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CompileAnswer>();
  worker.once('message', resolve);
  worker.once('error', (error: Error) => reject(explained(error, limits)));
  worker.once('exit', (code) => reject(new Error(`the compiler ended with code ${code}`)));
  return promise;
}

function explained(error: Error, { policyHeapMib }: LiveLimits): Error {
  if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new CodedError(
    'policy/too-much',
    `the policies need more than \`limits.policyHeapMib\`, ${policyHeapMib} MiB, to compile; split the set`,
    { cause: error },
  );
}
