import { CodedError } from '../../../src/std/coded-error.ts';
import type { BrokerFaults, Cluster } from './cluster.ts';
import { givenCluster } from './given-cluster.ts';
import { startJvmCluster } from './jvm-cluster.ts';
import { findJvm } from './jvm.ts';
import { cacheFolder, kafkaVersion } from './kafka-libs.ts';
import type { ListenerKind } from './listeners.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { tlsMaterial, type TlsMaterial } from './tls-material.ts';
import { createTopics, type NewTopic, warmUp } from './topics.ts';

/** A real Kafka to test against, whoever runs it. */
export interface BrokerHarness {
  /** `given` by `REHEARSAL_KAFKA_BROKERS`, Apache Kafka as `jvm` processes, or in a `container`. */
  readonly backEnd: Cluster['backEnd'];
  /** The plaintext door, comma-separated. */
  readonly bootstrap: string;
  listener(kind: ListenerKind): string[];
  /** Keys and certificates of the secure doors, if they are open. */
  readonly tls: TlsMaterial | null;
  /** `null` where brokers cannot be killed or paused. */
  readonly faults: BrokerFaults | null;
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  /** Runs a class of Kafka's own tools, say `org.apache.kafka.tools.TopicCommand`. Needs Java. */
  tool(className: string, args: readonly string[]): Promise<ProgramResult>;
  logs(id: number): Promise<string>;
  stop(): Promise<void>;
}

export interface BrokerOptions {
  readonly brokers: 1 | 3;
  readonly profile: 'test' | 'bench';
  /** Opens the TLS and SASL doors too. Implied by `acl`. */
  readonly secure?: boolean;
  readonly acl?: boolean;
  /** More of `server.properties`. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Told which back end was chosen, and what takes long. Default: standard error. */
  readonly say?: (line: string) => void;
}

/**
 * Starts a Kafka cluster, or uses the one that `REHEARSAL_KAFKA_BROKERS` names.
 * @throws CodedError `broker/unavailable`, saying what to install, when there is no way to one
 */
export async function startBroker(options: BrokerOptions): Promise<BrokerHarness> {
  const environment = options.environment ?? process.env;
  const say = options.say ?? ((line: string) => console.error(line));
  const given = environment['REHEARSAL_KAFKA_BROKERS'] ?? '';
  if (given !== '') {
    say(`broker: ${given}, given by REHEARSAL_KAFKA_BROKERS`);
    return harnessOf(givenCluster(given), null, noTools('a broker of yours'));
  }
  const jvm = await findJvm(environment, say);
  if (!jvm.found) {
    throw new CodedError(
      'broker/unavailable',
      `no Kafka broker: ${jvm.why}; install Java 17 or newer and Maven, or start a Docker engine, or set REHEARSAL_KAFKA_BROKERS to the address of a broker`,
    );
  }
  const needsTls = options.secure === true || options.acl === true;
  const tls = needsTls ? await tlsMaterial(cacheFolder(environment)) : null;
  const cluster = await startJvmCluster({
    java: jvm.java,
    libs: jvm.libs,
    brokers: options.brokers,
    profile: options.profile,
    acl: options.acl === true,
    tls,
    extra: options.extra ?? {},
  });
  const harness = harnessOf(cluster, tls, toolsOf(jvm));
  const count = options.brokers === 1 ? 'one JVM' : `${options.brokers} JVMs`;
  say(`broker: Apache Kafka ${kafkaVersion} as ${count} at ${harness.bootstrap}`);
  await warmUp(harness.bootstrap);
  return harness;
}

type Tool = BrokerHarness['tool'];

function harnessOf(cluster: Cluster, tls: TlsMaterial | null, tool: Tool): BrokerHarness {
  const bootstrap = cluster.listener('plaintext').join(',');
  return {
    backEnd: cluster.backEnd,
    bootstrap,
    listener: (kind) => cluster.listener(kind),
    tls,
    faults: cluster.faults,
    createTopics: (topics) => createTopics(bootstrap, topics),
    tool,
    logs: (id) => cluster.logs(id),
    stop: () => cluster.stop(),
  };
}

const toolTimeoutMs = 120_000;

function toolsOf(jvm: { readonly java: string; readonly libs: string }): Tool {
  const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${jvm.libs}/*`];
  return (className, args) =>
    runProgram(jvm.java, [...flags, className, ...args], { timeoutMs: toolTimeoutMs });
}

function noTools(where: string): Tool {
  return (className) => Promise.reject(new Error(`no \`${className}\` with ${where}`));
}
