import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ActiveFault, Direction, Fault } from './fault.ts';
import type { Sighting } from './fault-proxy.ts';
import { type ApiName, framesOf, readCorrelationId, readRequestHead } from './kafka-frames.ts';

export interface ConnectionOptions {
  readonly client: Socket;
  readonly target: Socket;
  readonly broker: number;
  readonly faultsFor: (clientId: string) => readonly ActiveFault[];
  readonly see: (sighting: Sighting) => void;
}

type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** One connection, led from a client to a broker frame by frame. */
export class ProxiedConnection {
  readonly #options: ConnectionOptions;
  /** What was asked and is not answered. */
  readonly #asked = new Map<number, ApiName>();
  readonly #gone: Promise<unknown>;
  #clientId = '';

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { client, target } = options;
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      // A broken connection is what this is about.
      socket.on('error', () => {});
    }
    this.#gone = new Promise((resolve) => {
      for (const socket of [client, target]) socket.once('close', resolve);
    });
  }

  /** Leads frames both ways; resolves when either end has gone. */
  async run(): Promise<void> {
    const { client, target } = this.#options;
    const ways = [this.#leadRequests(), this.#leadReplies()];
    for (const way of ways) way.catch(() => {});
    await this.#gone;
    client.destroy();
    target.destroy();
    await Promise.allSettled(ways);
  }

  cutIf(fault: ActiveFault): void {
    if (!fault.befalls(this.#clientId, this.#options.broker)) return;
    fault.struck += 1;
    this.destroy();
  }

  destroy(): void {
    this.#options.client.destroy();
    this.#options.target.destroy();
  }

  async #leadRequests(): Promise<void> {
    for await (const frame of framesOf(this.#options.client)) {
      const { api, clientId, correlationId } = readRequestHead(frame);
      this.#clientId = clientId;
      if (api !== null) this.#asked.set(correlationId, api);
      await this.#pass(frame, 'toBroker', api);
      if (api !== null) this.#options.see({ clientId, api, moment: 'asked' });
    }
  }

  async #leadReplies(): Promise<void> {
    for await (const frame of framesOf(this.#options.target)) {
      const correlationId = readCorrelationId(frame);
      const api = this.#asked.get(correlationId) ?? null;
      this.#asked.delete(correlationId);
      if (api !== null) this.#options.see({ clientId: this.#clientId, api, moment: 'answered' });
      await this.#pass(frame, 'toClient', api);
    }
  }

  async #pass(frame: Buffer, direction: Direction, api: ApiName | null): Promise<void> {
    let active = this.#next(direction, api);
    while (active !== null) {
      active.struck += 1;
      if (active.fault.kind !== 'stall' && active.fault.kind !== 'hold') return this.destroy();
      await Promise.race([active.lifted, this.#gone]);
      active = this.#options.client.destroyed ? null : this.#next(direction, api);
    }
    await this.#late();
    await this.#write(frame, direction === 'toBroker' ? 'target' : 'client');
  }

  /** A fault that keeps this frame from going on. */
  #next(direction: Direction, api: ApiName | null): ActiveFault | null {
    const stops = (active: ActiveFault): boolean => {
      const { fault } = active;
      if (fault.kind === 'cut') return true;
      if (fault.kind === 'stall') return fault.direction === direction;
      if (fault.kind === 'delay' || fault.kind === 'slice' || fault.api !== api) return false;
      if (fault.kind === 'drop') return direction === 'toBroker' && Math.random() < fault.share;
      if (direction === 'toBroker') return false;
      return fault.kind === 'hold' || active.struck < fault.count;
    };
    return this.#faults().find(stops) ?? null;
  }

  async #late(): Promise<void> {
    const delay = this.#find('delay');
    if (delay !== null) await sleep(delay.ms + Math.random() * delay.jitterMs);
  }

  async #write(frame: Buffer, to: 'client' | 'target'): Promise<void> {
    const socket = this.#options[to];
    const pieceBytes = this.#find('slice')?.bytes ?? frame.length;
    for (let at = 0; at < frame.length && !socket.destroyed; at += pieceBytes) {
      const isRoom = socket.write(frame.subarray(at, at + pieceBytes));
      if (!isRoom) await Promise.race([drained(socket), this.#gone]);
      else if (pieceBytes < frame.length) await sleep(0);
    }
  }

  #find<Kind extends Fault['kind']>(kind: Kind): Of<Kind> | null {
    const found = this.#faults().find(({ fault }) => fault.kind === kind);
    if (found === undefined) return null;
    found.struck += 1;
    return found.fault as Of<Kind>;
  }

  #faults(): readonly ActiveFault[] {
    return this.#options.faultsFor(this.#clientId);
  }
}

async function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('drain', () => resolve()));
}
