import { setTimeout as sleep } from 'node:timers/promises';

import type { Answer, Failure } from './answer.ts';
import type { RegistryTiming } from './settings.ts';

/**
 * Asks until there is a value or `goesOn` has had enough, waiting longer each time, and as long as
 * the registry says. Rejects with the reason of `signal` when it fires.
 */
export async function persist<T>(
  ask: () => Promise<Answer<T>>,
  goesOn: (failure: Failure, attempts: number) => boolean,
  { timing, signal }: { readonly timing: RegistryTiming; readonly signal: AbortSignal },
): Promise<Answer<T>> {
  for (let attempts = 1; ; attempts += 1) {
    const answer = await ask();
    if (answer.ok || !goesOn(answer, attempts)) return answer;
    // Whatever goes wrong in `sleep` is that the signal fired.
    await sleep(waitMs(answer, attempts, timing), undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

function waitMs({ retryAfterMs }: Failure, attempts: number, timing: RegistryTiming): number {
  const grown = Math.min(timing.retryFirstMs * 2 ** (attempts - 1), timing.retryMaxMs);
  // Stages that lost their registry together do not all come back together.
  const spread = grown * (0.5 + Math.random() / 2);
  const asked = Math.min(retryAfterMs ?? 0, timing.retryAfterMaxMs);
  return Math.max(spread, asked);
}
