import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';

import { findFiles } from './find-files.ts';
import type { LiveLimits } from './limits.ts';

export interface WatchOptions {
  readonly paths: readonly string[];
  readonly limits: LiveLimits;
  /** Called once what is there differs from before and has come to rest. */
  readonly changed: () => void;
  /** Something keeps a folder from being watched; it is still looked at every `pollMs`. */
  readonly unwatchable: (folder: string, reason: string) => void;
  readonly timing?: WatchTiming;
}

export interface WatchTiming {
  /** Files must have stood still for this long, lest one be read half-written. */
  readonly settleMs: number;
  /** Files that never stand still are read all the same after this long. */
  readonly unsettledMs: number;
  /** Network file systems do not tell of changes. */
  readonly pollMs: number;
}

const timingDefault: WatchTiming = { settleMs: 300, unsettledMs: 5000, pollMs: 60_000 };

/**
 * Watches files and folders of policies. The folders are watched rather than the files, since editors
 * and mounted ConfigMaps replace files instead of writing into them.
 */
export class PathWatcher {
  readonly #options: WatchOptions;
  readonly #timing: WatchTiming;
  readonly #watchers = new Map<string, FSWatcher>();
  #poll: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  /** What was there when `changed` was called last, and when we looked last. */
  #told = '';
  #seen = '';
  #looksUnsettled = 0;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#timing = options.timing ?? timingDefault;
  }

  /** Remembers what is there now; changes from this are told. */
  async start(): Promise<void> {
    this.#told = this.#seen = await this.#look();
    this.#poll = setInterval(() => this.#lookSoon(), this.#timing.pollMs);
    this.#poll.unref();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#next);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #lookSoon(): void {
    if (this.#closed) return;
    this.#next ??= setTimeout(() => void this.#compare(), this.#timing.settleMs);
  }

  async #compare(): Promise<void> {
    const now = await this.#look();
    this.#next = undefined;
    if (this.#closed) return;
    const isSettled = now === this.#seen;
    this.#seen = now;
    if (now === this.#told) {
      this.#looksUnsettled = 0;
      return;
    }
    this.#looksUnsettled += 1;
    const isLate = this.#looksUnsettled * this.#timing.settleMs >= this.#timing.unsettledMs;
    if (!isSettled && !isLate) return this.#lookSoon();
    this.#looksUnsettled = 0;
    this.#told = now;
    this.#options.changed();
  }

  /** A text that differs whenever any file does; also watches what is found. */
  async #look(): Promise<string> {
    const { paths, limits } = this.#options;
    const { files, folders, problems } = await findFiles(paths, limits);
    this.#watchOnly(new Set(folders));
    const states = await Promise.all(files.map(stateOf));
    return [...states, ...problems].join('\n');
  }

  #watchOnly(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    if (this.#closed) return;
    for (const folder of folders) {
      if (!this.#watchers.has(folder)) this.#watch(folder);
    }
  }

  #watch(folder: string): void {
    const lost = (error: Error): void => {
      this.#watchers.get(folder)?.close();
      this.#watchers.delete(folder);
      this.#options.unwatchable(folder, error.message);
    };
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#lookSoon());
      watcher.on('error', lost);
      this.#watchers.set(folder, watcher);
    } catch (error) {
      lost(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${file} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return `${file} gone`;
  }
}
