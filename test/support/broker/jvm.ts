import { createHash } from 'node:crypto';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

import { cacheFolder, withLock } from './cache-folder.ts';
import { findJava } from './java.ts';
import { jvmFlags } from './jvm-flags.ts';
import { findKafkaLibs } from './kafka-libs.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

/** A Java with the jars of Apache Kafka, or what is missing. */
export type Jvm =
  | { readonly found: true; readonly java: string; readonly libs: string }
  | { readonly found: false; readonly why: string };

/** Finds both; the jars may have to be fetched. */
export async function findJvm(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Jvm> {
  const java = await findJava(environment);
  if (!java.found) return java;
  const libs = await findKafkaLibs(environment, say);
  if (!libs.found) return libs;
  return { found: true, java: java.program, libs: libs.folder };
}

type Tools = Omit<Extract<Jvm, { readonly found: true }>, 'found'>;

const toolTimeoutMs = 120_000;

/** Runs a class of the jars, or a source file of ours against them, to its end. */
export async function runTool(
  jvm: Tools,
  main: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const flags = [...jvmFlags('test'), ...(await mainOf(jvm, main))];
  return runProgram(jvm.java, [...flags, ...args], { timeoutMs: toolTimeoutMs });
}

/**
 * What to give to Java to run a class of the jars, or a source file of ours, which is compiled once for all: Java can
 * do so itself, each time anew, for more than a second of a processor.
 */
export async function mainOf(jvm: Tools, main: string): Promise<string[]> {
  if (!main.endsWith('.java')) return ['-cp', `${jvm.libs}/*`, main];
  const classes = await compiled(jvm, main);
  return ['-cp', `${classes}${delimiter}${jvm.libs}/*`, basename(main, '.java')];
}

async function compiled({ java, libs }: Tools, source: string): Promise<string> {
  const names = (await readdir(libs)).filter((name) => name.endsWith('.jar')).toSorted();
  // Only the launcher of Java knows what `*` is.
  const jars = names.map((name) => join(libs, name)).join(delimiter);
  const text = await readFile(source);
  const key = createHash('sha256').update(text).update(jars).digest('hex').slice(0, 16);
  const folder = join(cacheFolder(process.env), 'java', key);
  const isThere = async (): Promise<boolean> => (await stat(folder).catch(() => null)) !== null;
  if (await isThere()) return folder;
  return withLock(folder, async () => {
    if (await isThere()) return folder;
    const partial = `${folder}.${process.pid}`;
    const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '--release', '17'];
    const args = [...compiler, '-cp', jars, '-d', partial, source];
    const { code, stderr } = await runProgram(java, args, { timeoutMs: toolTimeoutMs });
    if (code !== 0) throw new Error(`${source} does not compile: ${stderr}`);
    await rename(partial, folder);
    return folder;
  });
}
