import type { FaultProxy } from '../proxy/fault-proxy.ts';
import type { ListenerKind } from './listeners.ts';
import type { ProgramResult } from './run-program.ts';
import type { TlsMaterial } from './tls-material.ts';

/** Faults that only processes of our own can be made to have. Broker ids start at 1. */
export interface BrokerFaults {
  /** `kill -9`; `restart` brings it back. */
  kill(id: number): Promise<void>;
  /** The process stops, its sockets stay open. A test must `resume` in a `finally`. */
  pause(id: number): Promise<void>;
  resume(id: number): Promise<void>;
  /** Stops the broker cleanly if it still runs, and starts it on the same data and ports. */
  restart(id: number): Promise<void>;
  pid(id: number): number | null;
}

/** A way to the brokers that leads through a proxy. */
export interface ProxiedDoors {
  readonly proxy: FaultProxy;
  readonly bootstrap: string;
}

/** What a back end offers: brokers that run, however that came about. */
export interface Cluster {
  readonly backEnd: 'given' | 'jvm' | 'container';
  /** Addresses of a door, one a broker; none where the cluster was started without it. */
  listener(kind: ListenerKind): string[];
  /** `null`: only the plaintext door is open. */
  readonly tls: TlsMaterial | null;
  /** `null`: this back end cannot inject faults. */
  readonly faults: BrokerFaults | null;
  /** `null`: not asked for, or this back end has none. */
  readonly proxy: ProxiedDoors | null;
  /** Runs one of Kafka's own tools. */
  tool(className: string, args: readonly string[]): Promise<ProgramResult>;
  logs(id: number): Promise<string>;
  stop(): Promise<void>;
}
