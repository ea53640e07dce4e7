import { expect, test } from 'vitest';
import { telemetryLimits } from '../../src/telemetry/limits.ts';
import { threadCpuMs } from '../support/cpu-time.ts';
import { aTelemetry, load, samplesOf, stagedText } from './support.ts';

/** What a policy is told as, with the longest of what is usual: a page of some 5 MB. */
const texts = Array.from({ length: 1500 }, (_, i) =>
  stagedText
    .replace('default.web', `default.frontend-to-backend-payments-${i}`)
    .replace('namespace: shop', `namespace: team-${i % 100}-production`),
);

/** The longest that the loop was not given a turn while something was done, in time on a processor. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  const turn = { longest: 0, isLast: false };
  void work.finally(() => (turn.isLast = true));
  for (let last = threadCpuMs(); !turn.isLast; last = threadCpuMs()) {
    await new Promise(setImmediate);
    turn.longest = Math.max(turn.longest, threadCpuMs() - last);
  }
  return turn.longest;
}

test.each(['prometheus', 'openmetrics'] as const)(
  'a full page costs less than 400 ms and never holds up the loop for 20 ms, as %s',
  async (format) => {
    const telemetry = aTelemetry();
    await load(telemetry, texts.join('---\n'));
    const policySeries = [...(await samplesOf(telemetry)).keys()].filter((name) =>
      name.includes('policy='),
    ).length;
    const { metricSeriesInAll } = telemetryLimits;
    expect(policySeries).toBeGreaterThan(metricSeriesInAll * 0.75);
    expect(policySeries).toBeLessThanOrEqual(metricSeriesInAll);
    const costs: number[] = [];
    const turns: number[] = [];
    for (let scrape = 0; scrape < 7; scrape += 1) {
      const before = threadCpuMs();
      turns.push(await longestTurn(telemetry.page(format, 'gzip')));
      costs.push(threadCpuMs() - before);
    }
    expect(Math.max(...costs)).toBeLessThan(400);
    // But for the one in which memory was tidied up.
    expect(turns.toSorted((a, b) => a - b).at(-2)).toBeLessThan(20);
  },
);
