import { connect, createServer, type Server, type Socket } from 'node:net';

import { ActiveFault, type Fault, type Victims } from './fault.ts';
import type { ApiName } from './kafka-frames.ts';
import { ProxiedConnection } from './proxied-connection.ts';

/** Where clients come in, and the door of a broker that they are led to. */
export interface ProxiedDoor {
  readonly port: number;
  readonly targetPort: number;
}

/** A request seen on its way. */
export interface Sighting {
  readonly clientId: string;
  readonly api: ApiName;
  /** `asked`: the broker has been sent it; `answered`: it has replied, which the client does not know yet. */
  readonly moment: 'asked' | 'answered';
}

/** Stands between clients and brokers, who see no difference until a fault is put in its way. */
export class FaultProxy {
  readonly #servers: Server[] = [];
  readonly #connections = new Set<ProxiedConnection>();
  readonly #faults = new Set<ActiveFault>();
  readonly #watchers = new Set<(sighting: Sighting) => void>();

  /** Opens a door for each broker, in the order of their ids. */
  static async open(doors: readonly ProxiedDoor[]): Promise<FaultProxy> {
    const proxy = new FaultProxy();
    await Promise.all(doors.map(async (door, index) => proxy.#listen(door, index + 1)));
    return proxy;
  }

  /** Puts a fault in the way of these clients, until it is lifted. */
  inject(fault: Fault, victims: Victims): ActiveFault {
    const active = new ActiveFault(fault, victims);
    this.#faults.add(active);
    void active.lifted.then(() => this.#faults.delete(active));
    if (fault.kind === 'cut') {
      for (const connection of this.#connections) connection.cutIf(active);
    }
    return active;
  }

  /** Calls back at once, before anything else moves, for whatever passes; ends with what it returns. */
  watch(onSighting: (sighting: Sighting) => void): () => void {
    this.#watchers.add(onSighting);
    return () => void this.#watchers.delete(onSighting);
  }

  async close(): Promise<void> {
    for (const fault of this.#faults) fault.lift();
    for (const connection of this.#connections) connection.destroy();
    await Promise.all(
      this.#servers.map(async (server) => new Promise((resolve) => server.close(resolve))),
    );
  }

  async #listen({ port, targetPort }: ProxiedDoor, broker: number): Promise<void> {
    const server = createServer((client) => this.#accept(client, targetPort, broker));
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
  }

  #accept(client: Socket, targetPort: number, broker: number): void {
    const connection = new ProxiedConnection({
      client,
      target: connect(targetPort, '127.0.0.1'),
      faultsFor: (clientId) => [...this.#faults].filter((fault) => fault.befalls(clientId, broker)),
      broker,
      see: (sighting) => {
        for (const watcher of this.#watchers) watcher(sighting);
      },
    });
    this.#connections.add(connection);
    void connection.run().finally(() => this.#connections.delete(connection));
  }
}
