import { randomBytes } from 'node:crypto';

import { makeClusterFolder, removeClusterFolder } from './cluster-folder.ts';
import type { Cluster } from './cluster.ts';
import { BrokerExited, JvmBroker, type JvmSettings, nodeFolder } from './jvm-broker.ts';
import { type ListenerKind, listenerKinds, type NodePorts } from './listeners.ts';
import { freePorts } from './ports.ts';
import { type ClusterPlan, serverProperties } from './server-properties.ts';

/** A cluster to be, without its ports. */
export interface JvmClusterOptions extends Omit<ClusterPlan, 'nodes'> {
  readonly brokers: 1 | 3;
  readonly java: string;
  readonly libs: string;
  /** Chooses the ports; a test may offer one that is taken. */
  readonly ports?: (count: number) => Promise<number[]>;
}

const attemptsMax = 5;

/** Starts Apache Kafka in KRaft mode, one JVM a broker; other ports are tried when one is taken. */
export async function startJvmCluster(options: JvmClusterOptions): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const clash = error instanceof BrokerExited && error.log.includes('BindException');
      if (!clash || attempt === attemptsMax) throw error;
    }
  }
}

async function startOnce(options: JvmClusterOptions): Promise<Cluster> {
  const clusterFolder = makeClusterFolder();
  const remove = (): void => removeClusterFolder(clusterFolder);
  process.once('exit', remove);
  try {
    const nodes = await choosePorts(options);
    const settings: JvmSettings = { ...options, clusterFolder };
    const brokers = nodes.map((_, index) => new JvmBroker(settings, index + 1));
    const clusterId = newClusterId();
    await Promise.all(
      brokers.map((broker, index) => {
        const folder = nodeFolder(clusterFolder, index + 1);
        const properties = serverProperties({ ...options, nodes }, index + 1, folder);
        return broker.format(clusterId, properties);
      }),
    );
    await Promise.all(brokers.map((broker) => broker.start()));
    return clusterOf(nodes, brokers, () => {
      process.off('exit', remove);
      remove();
    });
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}

function clusterOf(
  nodes: readonly NodePorts[],
  brokers: readonly JvmBroker[],
  remove: () => void,
): Cluster {
  const broker = (id: number): JvmBroker => {
    const found = brokers[id - 1];
    if (found === undefined) throw new Error(`no broker ${id}`);
    return found;
  };
  return {
    backEnd: 'jvm',
    listener: (kind) => addresses(nodes, kind),
    faults: {
      kill: (id) => broker(id).kill(),
      pause: async (id) => broker(id).pause(),
      resume: async (id) => broker(id).resume(),
      restart: async (id) => {
        await broker(id).terminate();
        await broker(id).start();
      },
      pid: (id) => broker(id).pid,
    },
    logs: (id) => broker(id).log(),
    // The data are thrown away, so nobody needs a clean stop, and a paused node would not hear it.
    stop: async () => {
      await Promise.all(brokers.map((each) => each.kill()));
      remove();
    },
  };
}

function addresses(nodes: readonly NodePorts[], kind: ListenerKind): string[] {
  return nodes.flatMap(({ listeners }) => {
    const port = listeners[kind];
    return port === undefined ? [] : [`127.0.0.1:${port}`];
  });
}

/** Voters are named by fixed ports, so the broker cannot choose them itself. */
async function choosePorts(options: JvmClusterOptions): Promise<NodePorts[]> {
  const kinds: readonly ListenerKind[] = options.tls === null ? ['plaintext'] : listenerKinds;
  const each = kinds.length + 1;
  const ports = await (options.ports ?? freePorts)(options.brokers * each);
  return Array.from({ length: options.brokers }, (_, index) => {
    const [controller = 0, ...doors] = ports.slice(index * each, (index + 1) * each);
    return {
      controller,
      listeners: Object.fromEntries(kinds.map((kind, door) => [kind, doors[door]])),
    };
  });
}

/** New for every cluster: a node of an old one that is still going down must not be mistaken. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
