import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import type { Address } from '../../../src/net/address.ts';
import { contains, parsePrefix } from '../../../src/net/prefix.ts';
import type { Inventory, NetworkSet } from '../../../src/policy/resources/model.ts';
import { anEnd } from './flows.ts';

/** What a record loses on its way from a connection. */
export interface Loss {
  readonly fact: string;
  readonly lose: (flow: Flow, inventory: Inventory) => Flow;
}

export const losses: readonly Loss[] = [
  { fact: 'nothing', lose: (flow) => flow },
  { fact: 'the source port', lose: (flow) => withoutPort(flow, 'source') },
  { fact: 'the destination port', lose: (flow) => withoutPort(flow, 'destination') },
  { fact: 'the protocol', lose: (flow) => ({ ...flow, protocol: null }) },
  { fact: 'the address of the pod', lose: (flow) => atLocal(flow, withoutAddress) },
  { fact: 'the name of the pod', lose: (flow) => atLocal(flow, withoutName) },
  { fact: 'the address of the peer', lose: (flow, all) => atPeer(flow, named(flow, all)) },
  { fact: 'both addresses', lose: (flow, all) => aggregated(flow, all) },
  {
    fact: 'both addresses and the source port',
    lose: (flow, all) => withoutPort(aggregated(flow, all), 'source'),
  },
  {
    fact: 'both addresses and all labels',
    lose: (flow, all) => unlabelled(aggregated(flow, all)),
  },
  {
    fact: 'both addresses and the type of the peer',
    lose: (flow, all) => atPeer(aggregated(flow, all), (end) => ({ ...end, type: null })),
  },
  { fact: 'everything of the peer', lose: (flow) => atPeer(flow, ({ port }) => anEnd({ port })) },
];

type Side = 'source' | 'destination';
type Change = (end: FlowEnd) => FlowEnd;

const localSide = (flow: Flow): Side => (flow.reporter === 'src' ? 'source' : 'destination');
const atLocal = (flow: Flow, change: Change) => at(flow, localSide(flow), change);
const atPeer = (flow: Flow, change: Change) =>
  at(flow, localSide(flow) === 'source' ? 'destination' : 'source', change);

function at(flow: Flow, side: Side, change: Change): Flow {
  return { ...flow, [side]: change(flow[side]) };
}

const withoutAddress: Change = (end) => ({ ...end, addresses: [] });
const withoutName: Change = ({ addresses, port }) => anEnd({ addresses, port });

function withoutPort(flow: Flow, side: Side): Flow {
  return at(flow, side, (end) => ({ ...end, port: null }));
}

/** What Felix makes of a connection (semantics 6.4). */
function aggregated(flow: Flow, inventory: Inventory): Flow {
  const local = flow[localSide(flow)];
  return atPeer(atLocal(flow, named(flow, inventory)), (peer) =>
    named({ ...flow, [localSide(flow)]: local }, inventory)(peer),
  );
}

const withoutLabels: Change = (end) => ({ ...end, labels: null });

function unlabelled(flow: Flow): Flow {
  return atLocal(atPeer(flow, withoutLabels), withoutLabels);
}

/** The end by the name Felix gives to its address (semantics 6.1). */
function named(flow: Flow, inventory: Inventory): Change {
  const otherNamespace = flow[localSide(flow)].namespace ?? '';
  return (end) => {
    const [address] = end.addresses;
    const told = address === undefined ? null : tell(address, end, { inventory, otherNamespace });
    return told === null ? end : anEnd({ ...told, port: end.port });
  };
}

interface Around {
  readonly inventory: Inventory;
  readonly otherNamespace: string;
}

function tell(address: Address, end: FlowEnd, around: Around): Partial<FlowEnd> {
  const { endpoints, hostEndpoints } = around.inventory;
  const pods = endpoints.filter(({ addresses }) => addresses.some((own) => same(own, address)));
  const pod = pods.find(({ name }) => name === end.name) ?? pods[0];
  if (pod !== undefined) {
    const { namespace, labels, generateName } = pod;
    const name = generateName === null ? pod.name : `${generateName}*`;
    return { type: 'workload', namespace, name, labels };
  }
  const host = hostEndpoints.find(({ addresses }) => addresses.some((own) => same(own, address)));
  if (host !== undefined) {
    return { type: 'host', namespace: '', name: host.node, labels: host.labels };
  }
  const set = bestSet(address, around);
  if (set !== null) {
    return { type: 'networkset', namespace: set.namespace, name: set.name, labels: set.labels };
  }
  return {
    type: 'network',
    namespace: '',
    name: isPrivate(address) ? 'pvt' : 'pub',
    labels: new Map(),
  };
}

function bestSet(address: Address, { inventory, otherNamespace }: Around): NetworkSet | null {
  const ranked = inventory.networkSets.flatMap((set) => {
    const lengths = set.nets.filter((net) => contains(net, address)).map(({ length }) => length);
    const distance = set.namespace === otherNamespace ? 0 : 2;
    const key = `${set.namespace}/${set.name}`;
    const rank = set.namespace === '' ? 1 : distance;
    return lengths.length === 0 ? [] : [{ set, rank, length: Math.max(...lengths), key }];
  });
  ranked.sort((a, b) => a.rank - b.rank || b.length - a.length || (a.key < b.key ? -1 : 1));
  return ranked[0]?.set ?? null;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

function isPrivate(address: Address): boolean {
  return PRIVATE.some((text) => {
    const parsed = parsePrefix(text);
    return parsed !== null && contains(parsed.prefix, address);
  });
}

function same(one: Address, other: Address): boolean {
  return one.family === other.family && one.words.join() === other.words.join();
}
