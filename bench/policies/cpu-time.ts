/**
 * What the work costs, in ms of CPU time of all threads of the process, collection of garbage included:
 * the least of `runs` runs. Unlike the time that passes, it says the same on a busy machine.
 */
export function leastCpuMs(runs: number, work: () => void): number {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
