// Whatever the bytes, a decoder gives one of a few answers, quickly, and lives on. `FUZZ_CASES` sets how many
// cases there are in all.
import { describe, expect, test } from 'vitest';

import { fuzz } from '../support/fuzz/fuzz.ts';
import { fuzzTargets } from '../support/fuzz/targets.ts';
import { seeds } from '../support/property.ts';

const casesInAll = Number(process.env['FUZZ_CASES'] ?? 100_000);
const cases = Math.ceil(casesInAll / fuzzTargets.length / seeds.length);
/** What a thousand cases may take on a machine that others use as well. */
const thousandMs = 5_000;

describe.each(fuzzTargets)('$name', (target) => {
  test.each(seeds)('%s', { timeout: 60_000 + cases * (thousandMs / 1000) }, async (name, seed) => {
    const { outcomes, slowestMs } = await fuzz(target, { seed, cases });
    const counts = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
    console.info(`${target.name}, ${name} ${seed}: ${counts}; slowest ${slowestMs} ms`);
    // Changed so little that some are still good, and so much that some are not.
    expect(outcomes.size).toBeGreaterThan(1);
  });
});
