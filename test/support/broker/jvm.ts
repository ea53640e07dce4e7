import { findJava } from './java.ts';
import { findKafkaLibs } from './kafka-libs.ts';

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
