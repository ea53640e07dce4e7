import { describe, expect, test } from 'vitest';

import { seeds } from '../property.ts';
import { fuzz, type FuzzTarget } from './fuzz.ts';

/** What a thousand cases may take on a machine that others use as well. */
const thousandMs = 5_000;

/** A suite that shares out so many cases among the targets, half of them of a fixed seed. */
export function describeFuzz(targets: readonly FuzzTarget[], casesInAll: number): void {
  const shares = targets.reduce((sum, { share = 1 }) => sum + share, 0);
  describe.each(targets)('$name', (target) => {
    const cases = Math.ceil((casesInAll * (target.share ?? 1)) / shares / seeds.length);
    const timeout = 60_000 + cases * (thousandMs / 1000);
    test.each(seeds)('%s', { timeout }, async (name, seed) => {
      const { outcomes, slowestMs } = await fuzz(target, { seed, cases });
      const counts = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
      console.info(`${target.name}, ${name} ${seed}: ${counts}; slowest ${slowestMs} ms`);
      // Changed so little that some are still good, and so much that some are not.
      expect(outcomes.size).toBeGreaterThan(1);
    });
  });
}
