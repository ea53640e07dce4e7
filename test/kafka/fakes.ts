// Port fakes for the tests of src/kafka: they record what they are told and do as the test says.
import type { Clock, Logger, OutputRecord, StageEvents } from '../../src/stage/ports.ts';

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export function fakeLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Both clocks stand still until told. */
export function fakeClock(): Clock & { ms: number } {
  const clock = { ms: 1000, nowMs: () => clock.ms, monotonicMs: () => clock.ms };
  return clock;
}

/** What was reported, as `name(arguments)`. */
export function fakeEvents(): StageEvents & { readonly seen: string[] } {
  const seen: string[] = [];
  const note =
    (name: string) =>
    (...args: readonly unknown[]) => {
      seen.push(`${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
    };
  return {
    seen,
    assigned: note('assigned'),
    rebalanced: note('rebalanced'),
    restarted: note('restarted'),
    lag: note('lag'),
    gap: note('gap'),
    commitFailed: note('commitFailed'),
    fetched: note('fetched'),
    produceRetried: note('produceRetried'),
    limitReached: note('limitReached'),
    batchDone: note('batchDone'),
  };
}

export function aRecord(value: string | number = 'value'): OutputRecord {
  const bytes = typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value);
  return { timestampMs: 1, key: null, value: bytes, headers: [] };
}

/** Lets everything that is already settled run. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Stands in for a `T` of which only `members` are used; the others throw. */
export function stub<T extends object>(members: Partial<T>): T {
  return new Proxy(members as T, {
    get(target, name) {
      // What promises and assertions look for in anything at all.
      if (name === 'then' || name === 'toJSON' || typeof name === 'symbol') {
        return Reflect.get(target, name);
      }
      if (!(name in target)) throw new Error(`the test has no stand-in for ${name}`);
      return Reflect.get(target, name);
    },
  });
}
