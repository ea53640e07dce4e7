import { performance } from 'node:perf_hooks';

/** The shortest of `times` runs, in ms: what the work costs when nothing else has the machine. */
export function bestOf(times: number, run: () => void): number {
  let best = Infinity;
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
