import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a process and its children have taken so far, and hold now. */
export interface ProcessUsage {
  /** User and system time of all threads. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Looks at a process from outside, so that every client is measured alike. */
export function processUsage(pid: number): ProcessUsage {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

/** The kernel counts in hundredths of a second for every reader, whatever it ticks in. */
const ticksPerSecond = 100;

function fromProc(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Its own user and system time, and that of children that have ended.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  const own = { cpuSeconds: ticks / ticksPerSecond, rssBytes: rssKib * 1024 };
  return childrenOf(pid)
    .map(fromProc)
    .reduce(
      (sum, child) => ({
        cpuSeconds: sum.cpuSeconds + child.cpuSeconds,
        rssBytes: sum.rssBytes + child.rssBytes,
      }),
      own,
    );
}

/** Any thread may have started them, and may have ended meanwhile. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => `/proc/${pid}/task/${thread}/children`)
    .filter((path) => existsSync(path))
    .flatMap((path) => readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number));
}

/** Minutes, seconds and hundredths: `3:07.42`. No client here has children that live on. */
function fromPs(pid: number): ProcessUsage {
  const text = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' });
  const [rssKib = '', time = ''] = text.trim().split(/\s+/);
  const cpuSeconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return { cpuSeconds, rssBytes: Number(rssKib) * 1024 };
}
