import { CodedError } from '../../../src/std/coded-error.ts';
import { cacheFolder } from './cache-folder.ts';
import type { BrokerFaults, Cluster, ProxiedDoors } from './cluster.ts';
import { containerSettings, startContainerCluster } from './container-cluster.ts';
import { dockerAnswers } from './docker-engine.ts';
import { givenCluster } from './given-cluster.ts';
import { startJvmCluster } from './jvm-cluster.ts';
import { findJvm } from './jvm.ts';
import { kafkaVersion } from './kafka-libs.ts';
import type { ListenerKind } from './listeners.ts';
import type { ProgramResult } from './run-program.ts';
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
  /** `null` where there is no proxy. */
  readonly proxy: ProxiedDoors | null;
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  /** Runs a class of Kafka's own tools, say `org.apache.kafka.tools.TopicCommand`. */
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
  /** Opens a door behind a proxy, too, that can be told to fail. Needs Java. */
  readonly proxied?: boolean;
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
  const { environment = process.env, say = toStandardError } = options;
  const given = environment['REHEARSAL_KAFKA_BROKERS'] ?? '';
  const cluster = given === '' ? await startCluster(options) : givenCluster(given);
  const bootstrap = cluster.listener('plaintext').join(',');
  say(`broker: ${names[cluster.backEnd]} at ${bootstrap}`);
  if (cluster.backEnd !== 'given') await warmUp(bootstrap);
  return {
    backEnd: cluster.backEnd,
    bootstrap,
    listener: (kind) => cluster.listener(kind),
    tls: cluster.tls,
    faults: cluster.faults,
    proxy: cluster.proxy,
    createTopics: (topics) => createTopics(bootstrap, topics),
    tool: (className, args) => cluster.tool(className, args),
    logs: (id) => cluster.logs(id),
    stop: () => cluster.stop(),
  };
}

const names: Readonly<Record<Cluster['backEnd'], string>> = {
  given: 'the one named by REHEARSAL_KAFKA_BROKERS,',
  jvm: `Apache Kafka ${kafkaVersion} as Java processes`,
  container: 'Apache Kafka in a container',
};

async function startCluster(options: BrokerOptions): Promise<Cluster> {
  const { environment = process.env, say = toStandardError } = options;
  const jvm = await findJvm(environment, say);
  const hasDocker = !jvm.found && (await dockerAnswers(environment));
  if (!jvm.found && !hasDocker) throw unavailable(`${jvm.why}, and no Docker engine answers`);
  const isSecure = options.secure === true || options.acl === true;
  const plan = {
    profile: options.profile,
    acl: options.acl === true,
    tls: isSecure ? await tlsMaterial(cacheFolder(environment)) : null,
    extra: options.extra ?? {},
  };
  const { brokers, proxied = false } = options;
  if (jvm.found) return startJvmCluster({ ...plan, ...jvm, brokers, proxied });
  if (brokers === 1 && !proxied) {
    return startContainerCluster(plan, containerSettings(environment));
  }
  throw unavailable(`three brokers, and those behind a proxy, need Java: ${jvm.why}`);
}

function unavailable(why: string): CodedError {
  return new CodedError(
    'broker/unavailable',
    `no Kafka broker: ${why}; install Java 17 or newer and Maven, or start a Docker engine, or set REHEARSAL_KAFKA_BROKERS to the address of a broker`,
  );
}

function toStandardError(line: string): void {
  console.error(line);
}
