/** What this thread has cost so far, in ms of CPU: unlike the time that passes, the same on a busy machine. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What the work costs this thread, in whole ms of CPU. */
export function cpuMsOf(work: () => unknown): number {
  const startMs = threadCpuMs();
  work();
  return Math.round(threadCpuMs() - startMs);
}
