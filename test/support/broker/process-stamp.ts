import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Tells a process from a later one that got the same number: `pid-start`, or `null` if there is no
 * such process. Letters, digits and dashes only, so that it fits into a file name.
 */
export function processStamp(pid: number): string | null {
  const start = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return start === null ? null : `${pid}-${start}`;
}

/** Is this very process, as `processStamp` named it, still there? */
export function isAlive(stamp: string): boolean {
  const pid = Number(stamp.split('-')[0]);
  return processStamp(pid) === stamp;
}

/** The 22nd field of `/proc/PID/stat`; the second one may hold spaces and ends in the last `)`. */
function startOnLinux(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const isZombie = fields[0] === 'Z';
    return isZombie ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startElsewhere(pid: number): string | null {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return String(Date.parse(text.trim()) / 1000);
  } catch {
    return null;
  }
}
