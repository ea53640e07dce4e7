import type { FaultProxy, Sighting } from '../../support/proxy/fault-proxy.ts';

/** A moment of the protocol, seen from outside. */
export interface WireMoment extends Pick<Sighting, 'api' | 'moment'> {}

/** What the members of a group are about, as their requests tell. */
export class Wire {
  readonly #stop: () => void;
  readonly #awaited = new Map<string, () => void>();

  constructor(proxy: FaultProxy) {
    this.#stop = proxy.watch((sighting) => {
      const key = keyOf(sighting.clientId, sighting);
      const act = this.#awaited.get(key);
      this.#awaited.delete(key);
      act?.();
    });
  }

  /** Calls back within the very moment, once, when this client comes to it. */
  at(clientId: string, moment: WireMoment, act: () => void): void {
    this.#awaited.set(keyOf(clientId, moment), act);
  }

  close(): void {
    this.#stop();
  }
}

function keyOf(clientId: string, { api, moment }: WireMoment): string {
  return `${clientId} ${api} ${moment}`;
}
