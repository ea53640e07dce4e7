import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { LiveLimits } from './limits.ts';

export interface FoundFiles {
  /** Without repeats: a file reached by two names counts under the first. */
  readonly files: readonly string[];
  /** Every folder that was looked into, and those of the files that were named. */
  readonly folders: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
  /** What keeps a path from being read, a sentence each. */
  readonly problems: readonly string[];
}

/** Finds the policy files below `paths`. Symbolic links are followed, but never round and round. */
export async function findFiles(paths: readonly string[], limits: LiveLimits): Promise<FoundFiles> {
  const search = new Search(limits);
  for (const path of paths) await search.given(path);
  return search;
}

const policyFile = /\.(ya?ml|json)$/i;

class Search implements FoundFiles {
  readonly files: string[] = [];
  readonly folders: string[] = [];
  readonly skipped: { path: string; why: string }[] = [];
  readonly problems: string[] = [];
  readonly #limits: LiveLimits;
  readonly #seen = new Set<string>();

  constructor(limits: LiveLimits) {
    this.#limits = limits;
  }

  /** A path that the user named: it must exist, and a file may have any name. */
  async given(path: string): Promise<void> {
    const status = await orMessage(stat(path));
    if (typeof status === 'string') this.problems.push(`\`${path}\`: ${status}`);
    else if (status.isDirectory()) await this.#folder(path, []);
    else if (status.isFile()) {
      this.folders.push(dirname(path));
      await this.#file(path);
    } else this.problems.push(`\`${path}\` is neither a file nor a folder`);
  }

  /** `above`: the real paths of the folders that led here. */
  async #folder(path: string, above: readonly string[]): Promise<void> {
    const real = await realpath(path).catch(() => path);
    if (above.includes(real)) {
      this.skipped.push({ path, why: 'a link back to a folder it lies in' });
      return;
    }
    if (above.length >= this.#limits.policyFolderDepth) {
      const limit = this.#limits.policyFolderDepth;
      this.problems.push(`\`${path}\` lies deeper than \`limits.policyFolderDepth\`, ${limit}`);
      return;
    }
    this.folders.push(path);
    const names = await orMessage(readdir(path));
    if (typeof names === 'string') {
      this.problems.push(`\`${path}\`: ${names}`);
      return;
    }
    for (const name of names.toSorted()) {
      // A mounted ConfigMap keeps its data in `..data` and links to it.
      if (!name.startsWith('.')) await this.#entry(join(path, name), [...above, real]);
    }
  }

  async #entry(path: string, above: readonly string[]): Promise<void> {
    const status = await orMessage(stat(path));
    if (typeof status === 'string') this.problems.push(`\`${path}\`: ${status}`);
    else if (status.isDirectory()) await this.#folder(path, above);
    else if (!policyFile.test(basename(path))) return;
    else if (status.isFile()) await this.#file(path);
    else this.skipped.push({ path, why: 'not a regular file' });
  }

  async #file(path: string): Promise<void> {
    const real = await realpath(path).catch(() => path);
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    if (this.#seen.size <= this.#limits.policyFiles) this.files.push(path);
    else if (this.#seen.size === this.#limits.policyFiles + 1) {
      this.problems.push(`more than \`limits.policyFiles\`, ${this.#limits.policyFiles}, files`);
    }
  }
}

/** The result, or the message of what went wrong. */
async function orMessage<T extends object>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
