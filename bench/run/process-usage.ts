import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process has taken so far, and holds now. */
export interface ProcessUsage {
  /** User and system time of all its threads. */
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
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { cpuSeconds: (user + system) / ticksPerSecond, rssBytes: rssKib * 1024 };
}

/** Minutes, seconds and hundredths: `3:07.42`. */
function fromPs(pid: number): ProcessUsage {
  const text = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' });
  const [rssKib = '', time = ''] = text.trim().split(/\s+/);
  const cpuSeconds = time.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return { cpuSeconds, rssBytes: Number(rssKib) * 1024 };
}
