import type { ProxiedDoor } from '../proxy/fault-proxy.ts';

/** The doors of a broker, by the names Kafka gives their protocols, in lower case. */
export const listenerKinds = ['plaintext', 'ssl', 'sasl_ssl', 'sasl_plaintext'] as const;
export type ListenerKind = (typeof listenerKinds)[number];

/** One port a door, and one between controllers. Only `plaintext` is open unless asked for more. */
export interface NodePorts {
  readonly controller: number;
  readonly listeners: Partial<Record<ListenerKind, number>>;
  /** Another plaintext door, whose address leads clients through a proxy. */
  readonly proxied?: ProxiedDoor;
}

/** Who may come in through the SASL doors, and how. */
export const saslUsers = {
  'scram-sha-512': { username: 'alice', password: 'alice-secret' },
  'scram-sha-256': { username: 'bob', password: 'bob-secret' },
  plain: { username: 'plain', password: 'plain-secret' },
} as const;
