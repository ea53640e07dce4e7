import { mutated, randomFrom } from './mutate.ts';

/** A decoder, what to feed it with, and what it may answer. */
export interface FuzzTarget {
  readonly name: string;
  /** Good input, which is changed. */
  readonly seeds: readonly Buffer[];
  /**
   * The one outcome of any bytes at all, as a word of a fixed few. Throws if the decoder does, or if it
   * breaks a promise.
   */
  readonly outcomeOf: (bytes: Buffer) => string | Promise<string>;
  /** Of processor time, for a case; 50 if it is not given. */
  readonly caseMsMax?: number;
  /** Of all cases, beside those of the others: the quicker a case, the more. 1 if it is not given. */
  readonly share?: number;
}

export interface FuzzReport {
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
}

/**
 * Feeds a target with that many cases. A case depends on nothing but the seed and its number. One that takes
 * too long is tried once more, since the collector may have run in it.
 * @throws Error with the seed, the number and the bytes of a case that crashed or took too long
 */
export async function fuzz(
  { seeds, outcomeOf, caseMsMax = 50 }: FuzzTarget,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Promise<FuzzReport> {
  const outcomes = new Map<string, number>();
  let slowestMs = 0;
  for (let number = 0; number < cases; number += 1) {
    const bytes = mutated(seeds, randomFrom(seed + Math.imul(number, 0x9e3779b1)));
    const place = () => `case ${number} of seed ${seed}, ${bytes.toString('base64')}`;
    let { outcome, ms } = await timed(outcomeOf, bytes).catch((cause: unknown) => {
      throw new Error(`${String(cause)}: ${place()}`, { cause });
    });
    if (ms > caseMsMax) {
      ({ ms } = await timed(outcomeOf, bytes));
      if (ms > caseMsMax) throw new Error(`took ${ms} ms twice: ${place()}`);
    }
    slowestMs = Math.max(slowestMs, ms);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return { outcomes, slowestMs };
}

async function timed(
  outcomeOf: FuzzTarget['outcomeOf'],
  bytes: Buffer,
): Promise<{ readonly outcome: string; readonly ms: number }> {
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()];
  const answer = outcomeOf(bytes);
  if (typeof answer === 'string')
    return { outcome: answer, ms: msOf(process.threadCpuUsage(thread)) };
  // Other threads may have a part in what is not done at once.
  return { outcome: await answer, ms: msOf(process.cpuUsage(all)) };
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
