import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive, processStamp } from './process-stamp.ts';

const prefix = 'rehearsal-broker-';

/** A new folder whose name says which process made it. What processes of the past left is reaped. */
export function makeClusterFolder(): string {
  reapRemains();
  return mkdtempSync(join(tmpdir(), `${prefix}${processStamp(process.pid)}-`));
}

/** Writes down that this process runs in the folder, so that it can be reaped. */
export function recordProcess(clusterFolder: string, name: string, pid: number): void {
  writeFileSync(join(clusterFolder, `${name}.process`), processStamp(pid) ?? '');
}

/** Kills, at once, every process written down, and removes the folder. Once more does nothing. */
export function removeClusterFolder(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.process'))) {
    const stamp = readFileSync(join(folder, name), 'utf8');
    if (isAlive(stamp)) killGroup(Number(stamp.split('-')[0]));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** A run that was itself killed leaves its brokers behind: they go when the next one starts. */
function reapRemains(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const stamp = name.slice(prefix.length).split('-').slice(0, 2).join('-');
    if (isAlive(stamp)) continue;
    try {
      removeClusterFolder(join(tmpdir(), name));
    } catch {
      // Another user's, or another process is reaping it right now.
    }
  }
}

/** Every broker leads a process group of its own. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}
