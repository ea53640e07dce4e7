import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CodedError } from '../../../src/std/coded-error.ts';
import { cacheFolder } from '../broker/cache-folder.ts';
import { makeClusterFolder, removeClusterFolder } from '../broker/cluster-folder.ts';
import { findJava } from '../broker/java.ts';
import { jvmFlags } from '../broker/jvm-flags.ts';
import { JvmExited, JvmProcess } from '../broker/jvm-process.ts';
import { fetchOnce } from '../broker/maven.ts';
import { freePorts } from '../broker/ports.ts';

/** The newest release that runs on Java 17. */
const version = '2.6.13.Final';
const jar = `apicurio-registry-app-${version}-runner.jar`;

/** A real schema registry that speaks Confluent's API. Its schemas are gone when it is. */
export interface RealRegistry {
  /** With the path of the API. */
  readonly url: string;
  readonly faults: Pick<JvmProcess, 'kill' | 'start' | 'pause' | 'resume' | 'pid'>;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Told what takes long. Default: standard error. */
  readonly say?: (line: string) => void;
  /** Chooses the port; a test may offer one that is taken. */
  readonly ports?: (count: number) => Promise<number[]>;
}

const attemptsMax = 5;

/**
 * Starts Apicurio Registry as a Java process; another port is tried when one is taken.
 * @throws CodedError `registry/unavailable`, saying what to install, when there is no way to one
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RealRegistry> {
  const { environment = process.env, say = toStandardError, ports = freePorts } = options;
  const java = await findJava(environment);
  if (!java.found) throw unavailable(java.why);
  const folder = join(cacheFolder(environment), `apicurio-registry-${version}`);
  const fetch = {
    what: `Apicurio Registry ${version}`,
    folder,
    isFilled: async () => existsSync(join(folder, jar)),
    goal: 'unpack',
    args: [`-Dartifact=io.apicurio:apicurio-registry-app:${version}:tar.gz:all`],
  } as const;
  const app = await fetchOnce(fetch, environment, say);
  if (!app.found) throw unavailable(app.why);
  for (let attempt = 1; ; attempt++) {
    const [port = 0] = await ports(1);
    try {
      return await startOnce(java.program, join(folder, jar), port);
    } catch (error) {
      const clash = error instanceof JvmExited && /Port \d+ seems to be in use/.test(error.log);
      if (!clash || attempt === attemptsMax) throw error;
    }
  }
}

async function startOnce(java: string, jarFile: string, port: number): Promise<RealRegistry> {
  const clusterFolder = makeClusterFolder();
  const remove = (): void => removeClusterFolder(clusterFolder);
  process.once('exit', remove);
  const registry = new JvmProcess({
    name: 'registry',
    java,
    args: [
      ...jvmFlags('test'),
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      '-jar',
      jarFile,
    ],
    clusterFolder,
    logFile: join(clusterFolder, 'registry.txt'),
    readyLine: /Listening on: http/,
  });
  const stop = async (): Promise<void> => {
    await registry.kill();
    process.off('exit', remove);
    remove();
  };
  try {
    await registry.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/apis/ccompat/v7`, faults: registry, stop };
}

function unavailable(why: string): CodedError {
  return new CodedError(
    'registry/unavailable',
    `no schema registry: ${why}; install Java 17 or newer and Maven`,
  );
}

function toStandardError(line: string): void {
  console.error(line);
}
