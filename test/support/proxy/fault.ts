import type { ApiName } from './kafka-frames.ts';

/** Which way bytes go. */
export type Direction = 'toBroker' | 'toClient';

/** What may befall the connections of clients; it lasts until it is lifted. */
export type Fault =
  /** Connections break, and new ones do as soon as the client says who it is. */
  | { readonly kind: 'cut' }
  /** Nothing gets through this way, and nobody is told. */
  | { readonly kind: 'stall'; readonly direction: Direction }
  /** Replies to these requests, and all behind them on their connections, wait until it is lifted. */
  | { readonly kind: 'hold'; readonly api: ApiName }
  /** So many replies never arrive: the broker has done what was asked and the connection breaks. */
  | { readonly kind: 'lose'; readonly api: ApiName; readonly count: number }
  /** So large a share of these requests never arrives: the broker has heard nothing and the connection breaks. */
  | { readonly kind: 'drop'; readonly api: ApiName; readonly share: number }
  /** Each frame is late by so much, and up to `jitterMs` more. */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitterMs: number }
  /** Bytes come in pieces of this size. */
  | { readonly kind: 'slice'; readonly bytes: number };

/** Whom a fault befalls. */
export interface Victims {
  /** Beginning of the client ids. */
  readonly clients: string;
  /** Only on the way to this broker; ids start at 1. Default: to all. */
  readonly broker?: number;
}

/** A fault at work. */
export class ActiveFault {
  readonly fault: Fault;
  readonly victims: Victims;
  /** How often it has struck. */
  struck = 0;
  /** Settles when it is lifted. */
  readonly lifted: Promise<void>;
  readonly #lift: () => void;
  #isLifted = false;

  constructor(fault: Fault, victims: Victims) {
    this.fault = fault;
    this.victims = victims;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.lifted = promise;
    this.#lift = resolve;
  }

  get isLifted(): boolean {
    return this.#isLifted;
  }

  befalls(clientId: string, broker: number): boolean {
    const { clients, broker: only = broker } = this.victims;
    return !this.#isLifted && clientId.startsWith(clients) && only === broker;
  }

  lift(): void {
    this.#isLifted = true;
    this.#lift();
  }
}
