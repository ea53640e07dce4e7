// The entry of the thread that `compileAside` starts: one job, one answer.
import { parentPort, workerData } from 'node:worker_threads';

import { CodedError } from '../std/coded-error.ts';
import { deleteProto } from '../std/no-proto.ts';
import { compilePolicies, type CompileOptions, type CompileOutcome } from './compile.ts';
import type { LiveLimits } from './limits.ts';
import { readPaths, type Skipped } from './read-paths.ts';

export interface CompileJob {
  readonly paths: readonly string[];
  readonly limits: LiveLimits;
  readonly options: CompileOptions;
}

export type CompileAnswer =
  | {
      readonly status: 'done';
      readonly outcome: CompileOutcome;
      readonly skipped: readonly Skipped[];
    }
  /** The paths cannot be read. */
  | { readonly status: 'unreadable'; readonly message: string };

deleteProto();
void answer().then((message) => parentPort?.postMessage(...message));

async function answer(): Promise<[CompileAnswer, ArrayBuffer[]]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by `compileAside`
  const { paths, limits, options } = workerData as CompileJob;
  try {
    const { texts, skipped } = await readPaths(paths, limits);
    const outcome = compilePolicies(texts, options);
    const buffers = outcome.status === 'compiled' ? buffersOf(outcome.policies.tables) : [];
    return [{ status: 'done', outcome, skipped }, buffers];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ status: 'unreadable', message: error.message }, []];
  }
}

/** Every buffer beneath a table, to be handed over instead of copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) buffersOf(member, found);
  }
  return [...found];
}
