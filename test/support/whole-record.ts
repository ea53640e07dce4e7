import type { Flow, FlowEnd } from '../../src/flow/flow.ts';
import type { Address } from '../../src/net/address.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import { holds, precedence } from '../oracle/completions.ts';
import { isPrivate } from '../oracle/spots.ts';
import { isSame } from '../oracle/world-view.ts';
import type { Connection } from './property-worlds.ts';

/** The record of one connection: the local pod by name, both addresses, and the numbers. */
export function wholeRecord(connection: Connection): Flow {
  const { namespace, name } = connection.endpoint;
  const { local, peer } = addressesOf(connection);
  const named = { ...silent, type: 'workload', namespace, name, addresses: [local] } as const;
  return recordOf(connection, named, { ...silent, addresses: [peer] });
}

/** The same record with all that Felix would tell of either end: who it is, and its labels. */
export function describedRecord(connection: Connection, resources: Resources): Flow {
  const { namespace, name, labels } = connection.endpoint;
  const { local, peer } = addressesOf(connection);
  const named = {
    ...silent,
    type: 'workload',
    namespace,
    name,
    labels,
    addresses: [local],
  } as const;
  const described = { ...describe(peer, namespace, resources), addresses: [peer] };
  return recordOf(connection, named, described);
}

/** Later than every object of a world. */
const SEEN_MS = Date.parse('2026-08-18T00:00:00Z');

const silent: FlowEnd = {
  type: null,
  namespace: null,
  name: null,
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};

function addressesOf({ direction, connection: { source, destination } }: Connection) {
  return direction === 'egress'
    ? { local: source, peer: destination }
    : { local: destination, peer: source };
}

function recordOf({ direction, connection }: Connection, local: FlowEnd, peer: FlowEnd): Flow {
  const { protocol, sourcePort, destPort } = connection;
  const isEgress = direction === 'egress';
  return {
    reporter: isEgress ? 'src' : 'dst',
    action: null,
    protocol,
    icmpType: null,
    icmpCode: null,
    source: { ...(isEgress ? local : peer), port: sourcePort },
    destination: { ...(isEgress ? peer : local), port: destPort },
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: SEEN_MS,
    endMs: SEEN_MS,
  };
}

/** Whom Felix finds at an address: an endpoint, else the best network set, else nobody (semantics 6.1). */
function describe(address: Address, otherNamespace: string, { inventory }: Resources): FlowEnd {
  const isOwn = (own: Address): boolean => isSame(own, address);
  const pod = inventory.endpoints.find(({ addresses }) => addresses.some(isOwn));
  if (pod !== undefined) {
    const { namespace, name, labels } = pod;
    return { ...silent, type: 'workload', namespace, name, labels };
  }
  const host = inventory.hostEndpoints.find(({ addresses }) => addresses.some(isOwn));
  if (host !== undefined) {
    const { node, labels } = host;
    return { ...silent, type: 'host', namespace: '', name: node, labels };
  }
  const [set] = inventory.networkSets
    .filter((one) => holds(one, address))
    .toSorted((left, right) =>
      precedence(left, address, otherNamespace) < precedence(right, address, otherNamespace)
        ? -1
        : 1,
    );
  if (set !== undefined) {
    const { namespace, name, labels } = set;
    return { ...silent, type: 'networkset', namespace, name, labels };
  }
  const name = isPrivate(address) ? 'pvt' : 'pub';
  return { ...silent, type: 'network', namespace: '', name, labels: new Map() };
}
