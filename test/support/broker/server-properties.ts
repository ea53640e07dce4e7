import { join } from 'node:path';

import { type ListenerKind, listenerKinds, type NodePorts, saslUsers } from './listeners.ts';
import type { ProxiedDoor } from '../proxy/fault-proxy.ts';
import type { TlsMaterial } from './tls-material.ts';

/** What one cluster is: its nodes by id less one, and what is special about it. */
export interface ClusterPlan {
  readonly nodes: readonly NodePorts[];
  /** Doors are open on this address; they are advertised as 127.0.0.1 all the same. */
  readonly bindAddress: '127.0.0.1' | '0.0.0.0';
  /** `test`: faults are noticed within a second or two. `bench`: Kafka's own time-outs. */
  readonly profile: 'test' | 'bench';
  /** Only with it are the TLS and SASL doors open. */
  readonly tls: TlsMaterial | null;
  /** Nobody but the plaintext door may do anything that is not allowed by an ACL. */
  readonly acl: boolean;
  /** Added last, so they win. */
  readonly extra: Readonly<Record<string, string>>;
}

/** The text of `server.properties` of node `id`, whose data lie in `folder`. */
export function serverProperties(plan: ClusterPlan, id: number, folder: string): string {
  const settings: Record<string, string | number> = {
    ...identity(plan, id),
    'log.dirs': join(folder, 'data'),
    ...sizes(plan.nodes.length),
    ...(plan.profile === 'test' && hasty),
    ...(plan.tls !== null && security(plan.tls)),
    ...(plan.acl && authorizer),
    ...plan.extra,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function identity(plan: ClusterPlan, id: number): Record<string, string | number> {
  const own = plan.nodes[id - 1];
  if (own === undefined) throw new Error(`no node ${id}`);
  const voters = plan.nodes.map((node, index) => `${index + 1}@127.0.0.1:${node.controller}`);
  const doors = (address: string, proxied: keyof ProxiedDoor): string[] => [
    ...listenerKinds.flatMap((kind) => {
      const port = own.listeners[kind];
      return port === undefined ? [] : [`${kind.toUpperCase()}://${address}:${port}`];
    }),
    ...(own.proxied === undefined ? [] : [`PROXIED://${address}:${own.proxied[proxied]}`]),
  ];
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      `CONTROLLER://127.0.0.1:${own.controller}`,
      ...doors(plan.bindAddress, 'targetPort'),
    ].join(','),
    'advertised.listeners': doors('127.0.0.1', 'port').join(','),
    'listener.security.protocol.map': protocolMap,
    'inter.broker.listener.name': 'PLAINTEXT',
  };
}

/** Every door that is led to is named after its protocol. */
const protocolMap = [
  'CONTROLLER:PLAINTEXT',
  'PROXIED:PLAINTEXT',
  ...listenerKinds.map((kind) => `${kind}:${kind}`),
]
  .join(',')
  .toUpperCase();

function sizes(nodes: number): Record<string, string | number> {
  const replicas = Math.min(3, nodes);
  const inSyncMin = Math.max(1, replicas - 1);
  return {
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': nodes,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSyncMin,
    'transaction.state.log.num.partitions': nodes,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSyncMin,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSyncMin,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
  };
}

/** Faults are noticed, and what is deleted is gone, at once. */
const hasty = {
  'group.min.session.timeout.ms': 500,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
  'broker.heartbeat.interval.ms': 300,
  'broker.session.timeout.ms': 1500,
  'controller.quorum.election.timeout.ms': 500,
  'controller.quorum.election.backoff.max.ms': 500,
  'controller.quorum.fetch.timeout.ms': 1000,
  'replica.lag.time.max.ms': 3000,
  'replica.fetch.backoff.ms': 100,
  'log.segment.delete.delay.ms': 0,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'quota.window.num': 3,
};

function security(tls: TlsMaterial): Record<string, string> {
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER',
    ...logins('sasl_ssl'),
    ...logins('sasl_plaintext'),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': tls.serverBundle,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': tls.ca,
    'listener.name.ssl.ssl.client.auth': 'required',
    'ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
  };
}

/** Jaas lines go by door (lower case) and mechanism. */
function logins(kind: ListenerKind): Record<string, string> {
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  // Tokens are believed without a signature, but not when they have run out.
  const bearer = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;';
  const { username, password } = saslUsers.plain;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  return {
    [`listener.name.${kind}.scram-sha-512.sasl.jaas.config`]: scram,
    [`listener.name.${kind}.scram-sha-256.sasl.jaas.config`]: scram,
    [`listener.name.${kind}.plain.sasl.jaas.config`]: plain,
    [`listener.name.${kind}.oauthbearer.sasl.jaas.config`]: bearer,
  };
}

/** The plaintext door is the tests' admin and the way between brokers. */
const authorizer = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
  'allow.everyone.if.no.acl.found': 'false',
};
