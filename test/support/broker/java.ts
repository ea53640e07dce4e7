import { join } from 'node:path';

import { runProgram } from './run-program.ts';

const javaMajorMin = 17;

/** The Java to use, or what is wrong with the one there is. */
export type Java =
  | { readonly found: true; readonly program: string }
  | { readonly found: false; readonly why: string };

/** Looks at `JAVA_HOME`, then at the path, for a Java that Apache Kafka 4 runs on. */
export async function findJava(environment: NodeJS.ProcessEnv): Promise<Java> {
  const home = environment['JAVA_HOME'];
  const program = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const { code, stderr } = await runProgram(program, ['-version'], {
    timeoutMs: 30_000,
    environment,
  });
  if (code !== 0) return { found: false, why: 'no java' };
  const major = majorVersion(stderr);
  if (major >= javaMajorMin) return { found: true, program };
  return { found: false, why: `java is version ${major}` };
}

/** `openjdk version "17.0.15" …` -> 17, `java version "1.8.0_402"` -> 8. */
function majorVersion(text: string): number {
  const match = /version "(?:1\.)?(\d+)/.exec(text);
  return Number(match?.[1] ?? 0);
}
