import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cacheFolder } from '../../test/support/broker/cache-folder.ts';
import { findJava } from '../../test/support/broker/java.ts';
import { mainOf } from '../../test/support/broker/jvm.ts';
import { fetchOnce } from '../../test/support/broker/maven.ts';
import { runProgram } from '../../test/support/broker/run-program.ts';

/** A peer that can be started, or why there is none. */
export type Built =
  | { readonly found: true; readonly program: string; readonly args: readonly string[] }
  | { readonly found: false; readonly why: string };

const buildTimeoutMs = 1_800_000;

/** Builds a Go program of ours with its modules; the tool keeps what it has built before. */
export async function buildGo(name: 'franz-go' | 'redpanda-connect'): Promise<Built> {
  const program = join(cacheFolder(process.env), 'bench', name);
  await mkdir(dirname(program), { recursive: true });
  const jobs = String(Math.max(1, availableParallelism() - 1));
  const args = ['build', '-p', jobs, '-trimpath', '-buildvcs=false', '-o', program, '.'];
  const cwd = folderOf(name);
  const { code, stderr } = await runProgram('go', args, { timeoutMs: buildTimeoutMs, cwd });
  if (code !== 0) return { found: false, why: `go build: ${lastLine(stderr)}` };
  return { found: true, program, args: [] };
}

/** Compiles the Java program of ours against what Maven fetches. */
export async function buildStreams(): Promise<Built> {
  const java = await findJava(process.env);
  if (!java.found) return java;
  const source = folderOf('kafka-streams');
  const pomXml = await readFile(join(source, 'pom.xml'), 'utf8');
  const libs = await fetchOnce(
    {
      what: 'Kafka Streams',
      folder: join(cacheFolder(process.env), 'bench', 'kafka-streams', 'lib'),
      isFilled: async (folder) =>
        (await readFile(join(folder, 'pom.xml'), 'utf8').catch(() => '')) === pomXml,
      goal: 'copy-dependencies',
      args: ['-DincludeScope=runtime'],
      pomXml,
    },
    process.env,
    (line) => console.error(line),
  );
  if (!libs.found) return libs;
  const jvm = { java: java.program, libs: libs.folder };
  try {
    const args = await mainOf(jvm, join(source, 'StreamsPeer.java'));
    return { found: true, program: java.program, args };
  } catch (error) {
    return { found: false, why: lastLine(String(error)) };
  }
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
