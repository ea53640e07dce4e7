import type { Flow, FlowEnd } from '../flow/flow.ts';

/** Who talks to whom, as people name it: all pods of a workload are one. */
export interface Conversation {
  /** `shop/checkout`, `public network`, a network set, an address. */
  readonly source: string;
  readonly destination: string;
  /** IP protocol number; `null` = the record does not say. */
  readonly protocol: number | null;
  /** Destination port; `null` = the record does not say. */
  readonly port: number | null;
}

export function conversationOf({ source, destination, protocol }: Flow): Conversation {
  const from = nameOf(source);
  const to = nameOf(destination);
  const { port } = destination;
  return { source: from, destination: to, protocol, port };
}

/** Equal texts mean equal conversations. */
export function conversationKey({ source, destination, protocol, port }: Conversation): string {
  return JSON.stringify([source, destination, protocol, port]);
}

function nameOf({ type, namespace, name, pod }: FlowEnd): string {
  const known = name ?? pod ?? '';
  if (known === '' || known === '-') return 'unknown';
  if (type !== 'workload' && networks.has(known)) return networks.get(known) ?? known;
  const word = type === 'workload' || type === null ? workloadOf(known) : known;
  return namespace === null || namespace === '' ? word : `${namespace}/${word}`;
}

/** `pub` and `pvt` of records. */
const networks: ReadonlyMap<string, string> = new Map([
  ['pub', 'public network'],
  ['pvt', 'private network'],
]);

/**
 * The workload behind the name of a pod, whole or aggregated: without the hash of its replica set, so that
 * a rollout starts no new group. Kubernetes spells hashes with letters that make no words.
 */
function workloadOf(name: string): string {
  const base = name.replace(/-\*$/, '').replace(/\*$/, '');
  const deployment = replicaSet.exec(base);
  return deployment?.[1] ?? base;
}

const replicaSet =
  /^(.+?)-[bcdfghjklmnpqrstvwxz2456789]{8,10}(?:-[bcdfghjklmnpqrstvwxz2456789]{5})?$/;
