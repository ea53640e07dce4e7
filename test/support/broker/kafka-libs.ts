import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runProgram } from './run-program.ts';

/** The newest release whose broker and tools both resolve whole. */
export const kafkaVersion = '4.3.1';

const lockAgeMaxMs = 300_000;

/** The folder with Kafka's jars, or why there is none. */
export type KafkaLibs =
  | { readonly found: true; readonly folder: string }
  | { readonly found: false; readonly why: string };

/**
 * Finds the jars of Apache Kafka, fetching them once with Maven into a cache folder that all
 * processes of this user share. `REHEARSAL_KAFKA_LIBS` names another folder.
 */
export async function findKafkaLibs(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<KafkaLibs> {
  const given = environment['REHEARSAL_KAFKA_LIBS'] ?? '';
  const home = join(cacheFolder(environment), `kafka-${kafkaVersion}`);
  const folder = given === '' ? join(home, 'lib') : given;
  if (await isFilled(folder)) return { found: true, folder };
  const lock = `${folder}.lock`;
  await mkdir(join(folder, '..'), { recursive: true });
  await takeLock(lock);
  try {
    if (await isFilled(folder)) return { found: true, folder };
    return await fill(folder, environment, say);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Where everything that outlives a run is kept. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'rehearsal');
}

/** A folder given by hand has no pom beside its jars and is taken as it is. */
async function isFilled(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const pom = join(folder, 'pom.xml');
  if (existsSync(pom)) return (await readFile(pom, 'utf8')) === pomXml;
  return (await readdir(folder)).some((name) => /^kafka_2\.13-.*\.jar$/.test(name));
}

async function fill(
  folder: string,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<KafkaLibs> {
  const maven = await runProgram('mvn', ['-version'], { timeoutMs: 60_000, environment });
  if (maven.code !== 0) return { found: false, why: 'no mvn' };
  say(`fetching Apache Kafka ${kafkaVersion} with Maven into ${folder}`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const pom = join(partial, 'pom.xml');
  await writeFile(pom, pomXml);
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const { code, stdout, stderr } = await runProgram(
    'mvn',
    ['-B', '-q', '-ntp', '-f', pom, goal, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`],
    { timeoutMs: lockAgeMaxMs, environment },
  );
  if (code !== 0) {
    await rm(partial, { recursive: true, force: true });
    const detail = (stdout + stderr).split('\n').find((line) => line.includes('ERROR')) ?? '';
    return { found: false, why: `mvn could not fetch the jars (${detail.slice(0, 300)})` };
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return { found: true, folder };
}

async function takeLock(lock: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const made = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - made > lockAgeMaxMs) await rm(lock, { recursive: true, force: true });
    await sleep(200);
  }
}

/**
 * The broker, its command-line tools without the dependencies of parts that no test uses (Connect,
 * Jetty, Jersey), and the log back end without which the line that says "ready" never appears.
 */
const pomXml = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rehearsal</groupId>
  <artifactId>broker-lib</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${kafkaVersion}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka-tools</artifactId>
      <version>${kafkaVersion}</version>
      <exclusions>
        <exclusion>
          <groupId>*</groupId>
          <artifactId>*</artifactId>
        </exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.4</version>
    </dependency>
  </dependencies>
</project>
`;
