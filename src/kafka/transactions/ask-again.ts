import { sleep } from '../sleep.ts';

/** What a coordinator says while it still writes the end of the transaction before. */
const notYet: ReadonlySet<string> = new Set(['CONCURRENT_TRANSACTIONS', 'UNSTABLE_OFFSET_COMMIT']);

const retryMs = { first: 2, max: 50 };

/** Asks until the end of the transaction before is written. An answer of this kind changed nothing. */
export async function askAgain<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.max)) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error && 'type' in error && notYet.has(String(error.type))))
        throw error;
    }
    await sleep(waitMs, signal);
  }
}
