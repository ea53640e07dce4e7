import { makeClusterFolder, removeClusterFolder } from './cluster-folder.ts';
import type { BrokerFaults, Cluster } from './cluster.ts';
import { JvmBroker, type JvmSettings, nodeFolder } from './jvm-broker.ts';
import { JvmExited, type JvmProcess } from './jvm-process.ts';
import { runTool } from './jvm.ts';
import { FaultProxy } from '../proxy/fault-proxy.ts';
import type { NodePorts } from './listeners.ts';
import { addressesOf, choosePorts, type PortChooser } from './node-ports.ts';
import { type ClusterPlan, serverProperties } from './server-properties.ts';
import { newClusterId } from './storage.ts';

/** A cluster to be, without its ports. */
export interface JvmClusterOptions extends Omit<ClusterPlan, 'nodes' | 'bindAddress'> {
  readonly brokers: 1 | 3;
  /** Puts a proxy between brokers and clients that come by it. */
  readonly proxied?: boolean;
  readonly java: string;
  readonly libs: string;
  /** Chooses the ports; a test may offer one that is taken. */
  readonly ports?: PortChooser;
}

const attemptsMax = 5;

/** Starts Apache Kafka in KRaft mode, one JVM a broker; other ports are tried when one is taken. */
export async function startJvmCluster(options: JvmClusterOptions): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const clash = error instanceof JvmExited && error.log.includes('BindException');
      if (!clash || attempt === attemptsMax) throw error;
    }
  }
}

async function startOnce(options: JvmClusterOptions): Promise<Cluster> {
  const clusterFolder = makeClusterFolder();
  const remove = (): void => removeClusterFolder(clusterFolder);
  process.once('exit', remove);
  try {
    const doors = { secure: options.tls !== null, proxied: options.proxied === true };
    const nodes = await choosePorts(options.brokers, doors, options.ports);
    const plan = { ...options, nodes, bindAddress: '127.0.0.1' } as const;
    const settings: JvmSettings = { ...options, clusterFolder };
    const brokers = nodes.map((_, index) => new JvmBroker(settings, index + 1));
    const clusterId = newClusterId();
    await Promise.all(
      brokers.map((broker, index) => {
        const folder = nodeFolder(clusterFolder, index + 1);
        const properties = serverProperties(plan, index + 1, folder);
        return broker.format(clusterId, properties);
      }),
    );
    await Promise.all(brokers.map((broker) => broker.process.start()));
    const proxy = await openProxy(nodes);
    return {
      backEnd: 'jvm',
      listener: (kind) => addressesOf(nodes, kind),
      tls: options.tls,
      faults: faultsOf(brokers),
      proxy,
      tool: (className, args) => runTool(options, className, args),
      logs: (id) => processOf(brokers, id).log(),
      // The data are thrown away: nobody needs a clean stop, and a paused node would not hear it.
      stop: async () => {
        await proxy?.proxy.close();
        await Promise.all(brokers.map((each) => each.process.kill()));
        process.off('exit', remove);
        remove();
      },
    };
  } catch (error) {
    process.off('exit', remove);
    remove();
    throw error;
  }
}

async function openProxy(nodes: readonly NodePorts[]): Promise<Cluster['proxy']> {
  const doors = nodes.flatMap(({ proxied }) => (proxied === undefined ? [] : [proxied]));
  if (doors.length === 0) return null;
  const proxy = await FaultProxy.open(doors);
  return { proxy, bootstrap: doors.map(({ port }) => `127.0.0.1:${port}`).join(',') };
}

function faultsOf(brokers: readonly JvmBroker[]): BrokerFaults {
  return {
    kill: (id) => processOf(brokers, id).kill(),
    pause: async (id) => processOf(brokers, id).pause(),
    resume: async (id) => processOf(brokers, id).resume(),
    restart: async (id) => {
      await processOf(brokers, id).terminate();
      await processOf(brokers, id).start();
    },
    pid: (id) => processOf(brokers, id).pid,
  };
}

function processOf(brokers: readonly JvmBroker[], id: number): JvmProcess {
  const found = brokers[id - 1];
  if (found === undefined) throw new Error(`no broker ${id}`);
  return found.process;
}
