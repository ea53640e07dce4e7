import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { lockAgeMaxMs, withLock } from './cache-folder.ts';
import { runProgram } from './run-program.ts';

/** What to fetch and where to keep it. */
export interface MavenFetch {
  /** For people. */
  readonly what: string;
  readonly folder: string;
  /** Whether the folder holds all that is wanted. */
  readonly isFilled: (folder: string) => Promise<boolean>;
  /** Goal of Maven's dependency plugin. */
  readonly goal: 'copy-dependencies' | 'unpack';
  readonly args: readonly string[];
  /** Put beside what is fetched, and seen by Maven. */
  readonly pomXml?: string;
}

/** A filled folder, or why there is none. */
export type Fetched =
  | { readonly found: true; readonly folder: string }
  | { readonly found: false; readonly why: string };

/** Fetches once what all processes of this user then share. */
export async function fetchOnce(
  fetch: MavenFetch,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Fetched> {
  const { folder, isFilled } = fetch;
  if (await isFilled(folder)) return { found: true, folder };
  return withLock(folder, async () =>
    (await isFilled(folder)) ? { found: true, folder } : fill(fetch, environment, say),
  );
}

async function fill(
  { what, folder, goal, args, pomXml }: MavenFetch,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Fetched> {
  const maven = await runProgram('mvn', ['-version'], { timeoutMs: 60_000, environment });
  if (maven.code !== 0) return { found: false, why: 'no mvn' };
  say(`fetching ${what} with Maven into ${folder}`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  if (pomXml !== undefined) await writeFile(join(partial, 'pom.xml'), pomXml);
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
  const { code, stdout, stderr } = await runProgram(
    'mvn',
    ['-B', '-q', '-ntp', `${plugin}:${goal}`, ...args, `-DoutputDirectory=${partial}`],
    { timeoutMs: lockAgeMaxMs, cwd: partial, environment },
  );
  if (code !== 0) {
    await rm(partial, { recursive: true, force: true });
    const detail = (stdout + stderr).split('\n').find((line) => line.includes('ERROR')) ?? '';
    return { found: false, why: `mvn could not fetch ${what} (${detail.slice(0, 300)})` };
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return { found: true, folder };
}
