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

const toolTimeoutMs = 120_000;

/** Runs a class of the jars, or a source file of ours against them, to its end. */
export function runTool(
  jvm: { readonly java: string; readonly libs: string },
  className: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const flags = [...jvmFlags('test'), '-cp', `${jvm.libs}/*`];
  return runProgram(jvm.java, [...flags, className, ...args], { timeoutMs: toolTimeoutMs });
}
