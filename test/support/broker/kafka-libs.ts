import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder } from './cache-folder.ts';
import { type Fetched, fetchOnce } from './maven.ts';

/** The newest release whose broker and tools both resolve whole. */
export const kafkaVersion = '4.3.1';

/**
 * Finds the jars of Apache Kafka, fetching them once with Maven into a cache folder that all
 * processes of this user share. `REHEARSAL_KAFKA_LIBS` names another folder.
 */
export async function findKafkaLibs(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Fetched> {
  const given = environment['REHEARSAL_KAFKA_LIBS'] ?? '';
  const ours = join(cacheFolder(environment), `kafka-${kafkaVersion}`, 'lib');
  const fetch = {
    what: `Apache Kafka ${kafkaVersion}`,
    folder: given === '' ? ours : given,
    isFilled,
    goal: 'copy-dependencies',
    args: ['-DincludeScope=runtime'],
    pomXml,
  } as const;
  return fetchOnce(fetch, environment, say);
}

/** A folder given by hand has no pom beside its jars and is taken as it is. */
async function isFilled(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return false;
  const pom = join(folder, 'pom.xml');
  if (existsSync(pom)) return (await readFile(pom, 'utf8')) === pomXml;
  return (await readdir(folder)).some((name) => /^kafka_2\.13-.*\.jar$/.test(name));
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
