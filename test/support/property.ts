import * as fc from 'fast-check';
import { expect } from 'vitest';

/** The seeds that a property runs with; the second is told by the name of its test. */
export const seeds = [
  ['a fixed seed', 20_260_818],
  ['a random seed', Math.trunc(Math.random() * 2 ** 31)],
] as const;

/** How many worlds a property takes per seed. */
export const worldCount = Number(process.env['PROPERTY_WORLDS'] ?? 25);

/** Runs a property and fails with its seed, the smallest counterexample and what was wrong with it. */
export function expectToHold<Ts>(
  property: fc.IProperty<Ts>,
  parameters: { readonly seed: number; readonly numRuns: number },
): void {
  const run = fc.check(property, parameters);
  if (!run.failed) return;
  const { seed, counterexamplePath, numRuns, errorInstance } = run;
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  expect.fail(
    [
      `failed after ${numRuns} runs with seed ${seed}, path \`${counterexamplePath}\``,
      JSON.stringify(run.counterexample),
      message,
      details(errorInstance),
    ].join('\n'),
  );
}

/** What an assertion of vitest compared. */
function details(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if (!('actual' in error) || !('expected' in error)) return '';
  return `expected ${JSON.stringify(error.expected)}\nactual   ${JSON.stringify(error.actual)}`;
}
