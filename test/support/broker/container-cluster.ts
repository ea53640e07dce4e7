import { readFile } from 'node:fs/promises';

import type { StartedTestContainer } from 'testcontainers';

import type { Cluster } from './cluster.ts';
import { jvmFlags } from './jvm-flags.ts';
import { kafkaVersion } from './kafka-libs.ts';
import { addressesOf, choosePorts } from './node-ports.ts';
import type { ProgramResult } from './run-program.ts';
import { type ClusterPlan, serverProperties } from './server-properties.ts';
import { formatCommand, log4jProperties, newClusterId, readyLine } from './storage.ts';

/** The image, and how the engine connects it: what docs/testing-with-containers.md explains. */
export interface ContainerSettings {
  readonly image: string;
  /** `bridge` publishes ports; `host` needs no network of the engine's own. */
  readonly network: 'bridge' | 'host';
}

/** `REHEARSAL_KAFKA_IMAGE`, `REHEARSAL_KAFKA_NETWORK`. */
export function containerSettings(environment: NodeJS.ProcessEnv): ContainerSettings {
  return {
    image: environment['REHEARSAL_KAFKA_IMAGE'] ?? `apache/kafka:${kafkaVersion}`,
    network: environment['REHEARSAL_KAFKA_NETWORK'] === 'host' ? 'host' : 'bridge',
  };
}

const folder = '/tmp/rehearsal';
const startupTimeoutMs = 120_000;

/**
 * Starts one broker in a container. It listens on the same port inside and outside, so what it
 * advertises is right on both sides.
 */
export async function startContainerCluster(
  options: Omit<ClusterPlan, 'nodes' | 'bindAddress'>,
  { image, network }: ContainerSettings,
): Promise<Cluster> {
  // Loaded here only: it brings a hundred packages that nobody else needs.
  const { GenericContainer, Wait } = await import('testcontainers');
  const nodes = await choosePorts(1, { secure: options.tls !== null, proxied: false });
  const ports = Object.values(nodes[0]?.listeners ?? {});
  const container = new GenericContainer(image)
    .withCopyContentToContainer(await filesOf(options, nodes, network))
    .withEntrypoint(['sh', '-c', command(options.profile)])
    .withWaitStrategy(Wait.forLogMessage(readyLine))
    .withStartupTimeout(startupTimeoutMs);
  const connected =
    network === 'host'
      ? container.withNetworkMode('host')
      : container.withExposedPorts(...ports.map((port) => ({ container: port, host: port })));
  const log: string[] = [];
  const started = await connected
    .withLogConsumer((stream) => void stream.on('data', (text) => log.push(String(text))))
    .start();
  return {
    backEnd: 'container',
    listener: (kind) => addressesOf(nodes, kind),
    tls: options.tls,
    faults: null,
    proxy: null,
    logs: async () => log.join(''),
    stop: async () => void (await started.stop()),
    tool: (className, args) => runTool(started, className, args),
  };
}

async function filesOf(
  options: Omit<ClusterPlan, 'nodes' | 'bindAddress'>,
  nodes: ClusterPlan['nodes'],
  network: ContainerSettings['network'],
): Promise<{ content: string; target: string }[]> {
  const { tls } = options;
  const bindAddress = network === 'host' ? '127.0.0.1' : '0.0.0.0';
  const inside =
    tls === null
      ? null
      : { ...tls, ca: `${folder}/ca.pem`, serverBundle: `${folder}/server-bundle.pem` };
  const plan: ClusterPlan = { ...options, nodes, bindAddress, tls: inside };
  const files = [
    { content: serverProperties(plan, 1, folder), target: `${folder}/server.properties` },
    { content: log4jProperties, target: `${folder}/log4j2.properties` },
  ];
  if (tls === null || inside === null) return files;
  return [
    ...files,
    { content: await readFile(tls.ca, 'utf8'), target: inside.ca },
    { content: await readFile(tls.serverBundle, 'utf8'), target: inside.serverBundle },
  ];
}

/** Where the image of Apache Kafka, and ours for tests, keep the jars. */
const classPath = '/opt/kafka/libs/*';

function command(profile: 'test' | 'bench'): string {
  const java = [
    'java',
    ...jvmFlags(profile),
    `-Dlog4j2.configurationFile=file:${folder}/log4j2.properties`,
    '-cp',
    classPath,
  ];
  const properties = `${folder}/server.properties`;
  const format = [...java, ...formatCommand(newClusterId(), properties)];
  return `${quoted(format)} && exec ${quoted([...java, 'kafka.Kafka', properties])}`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

async function runTool(
  container: StartedTestContainer,
  className: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const java = ['java', ...jvmFlags('test'), '-cp', classPath];
  const { exitCode, stdout, stderr } = await container.exec([...java, className, ...args]);
  return { code: exitCode, stdout, stderr };
}
