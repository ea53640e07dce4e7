import * as fc from 'fast-check';
import type { Flow, FlowEnd } from '../../src/flow/flow.ts';
import { unreachable } from '../../src/std/assert.ts';
import type { Address } from '../../src/net/address.ts';
import type { Labels, Resources, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import { holds, precedence, type VagueEnd, type VagueRecord } from './completions.ts';
import type { Question } from './evaluate.ts';
import { isPrivate } from './spots.ts';
import { isSame } from './world-view.ts';

/** How a record of a connection is made vague. */
export interface Blur {
  readonly local: PodBlur;
  readonly peer: PodBlur;
  readonly peerKeepsAddress: boolean;
  readonly drops: 'nothing' | 'protocol' | 'sourcePort' | 'destPort' | 'ports';
}

interface PodBlur {
  /** Name the whole workload instead of the pod. */
  readonly isAggregate: boolean;
  /** Give the labels that all pods of the name share. */
  readonly hasLabels: boolean;
}

const aPodBlur: fc.Arbitrary<PodBlur> = fc.record({
  isAggregate: fc.boolean(),
  hasLabels: fc.boolean(),
});

export const aBlur: fc.Arbitrary<Blur> = fc.record({
  local: aPodBlur,
  peer: aPodBlur,
  peerKeepsAddress: fc.boolean(),
  drops: fc.constantFrom('nothing', 'protocol', 'sourcePort', 'destPort', 'ports'),
});

/** Later than every object of a random world. */
const startMs = Date.parse('2026-08-01T00:00:00Z');

/** The record that tells of the connection, less what is blurred. */
export function blurred(
  { direction, endpoint, connection }: Omit<Question, 'scope'>,
  blur: Blur,
  resources: Resources,
): VagueRecord {
  const { protocol, sourcePort, destPort } = connection;
  const peer = direction === 'egress' ? connection.destination : connection.source;
  return {
    direction,
    local: namedPods(endpoint, blur.local, resources),
    peer: vagueEnd(peer, { blur, resources, otherNamespace: endpoint.namespace }),
    protocol: blur.drops === 'protocol' ? null : protocol,
    sourcePort: blur.drops === 'sourcePort' || blur.drops === 'ports' ? null : sourcePort,
    destPort: blur.drops === 'destPort' || blur.drops === 'ports' ? null : destPort,
    startMs,
  };
}

/** The record as an object. */
export function flowOf(record: VagueRecord): Flow {
  const { direction, protocol, sourcePort, destPort } = record;
  const [source, destination] =
    direction === 'egress' ? [record.local, record.peer] : [record.peer, record.local];
  return {
    reporter: direction === 'egress' ? 'src' : 'dst',
    action: null,
    protocol,
    icmpType: null,
    icmpCode: null,
    source: endOf(source, sourcePort),
    destination: endOf(destination, destPort),
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: record.startMs,
    endMs: record.startMs,
  };
}

interface Around {
  readonly blur: Blur;
  readonly resources: Resources;
  readonly otherNamespace: string;
}

/** What Felix writes of the address, unless the record keeps it. */
function vagueEnd(address: Address, { blur, resources, otherNamespace }: Around): VagueEnd {
  const { endpoints, hostEndpoints, networkSets } = resources.inventory;
  const isOf = (own: Address): boolean => isSame(own, address);
  const isHost = hostEndpoints.some(({ addresses }) => addresses.some(isOf));
  if (blur.peerKeepsAddress || isHost) return { kind: 'address', address };
  const pod = endpoints.find(({ addresses }) => addresses.some(isOf));
  if (pod !== undefined) return namedPods(pod, blur.peer, resources);
  const [best] = networkSets
    .filter((set) => holds(set, address))
    .toSorted((left, right) =>
      precedence(left, address, otherNamespace) < precedence(right, address, otherNamespace)
        ? -1
        : 1,
    );
  if (best === undefined) return { kind: 'network', name: isPrivate(address) ? 'pvt' : 'pub' };
  return { kind: 'set', namespace: best.namespace, name: best.name };
}

function namedPods(
  pod: WorkloadEndpoint,
  { isAggregate, hasLabels }: PodBlur,
  { inventory }: Resources,
): Extract<VagueEnd, { kind: 'pods' }> {
  const { namespace, generateName } = pod;
  const isWorkload = isAggregate && generateName !== null;
  const name = isWorkload ? `${generateName}*` : pod.name;
  const meant = isWorkload
    ? inventory.endpoints.filter(
        (one) => one.namespace === namespace && one.generateName === generateName,
      )
    : [pod];
  return { kind: 'pods', namespace, name, labels: hasLabels ? sharedLabels(meant) : null };
}

function sharedLabels(pods: readonly WorkloadEndpoint[]): Labels {
  const [first, ...others] = pods;
  const shared = [...(first?.labels ?? [])].filter(([key, value]) =>
    others.every(({ labels }) => labels.get(key) === value),
  );
  return new Map(shared);
}

function endOf(end: VagueEnd, port: number | null): FlowEnd {
  const silent: FlowEnd = {
    type: null,
    namespace: null,
    name: null,
    pod: null,
    labels: null,
    addresses: [],
    addressesTruncated: false,
    port,
  };
  switch (end.kind) {
    case 'address':
      return { ...silent, addresses: [end.address] };
    case 'network':
      return { ...silent, type: 'network', namespace: '', name: end.name };
    case 'set':
      return { ...silent, type: 'networkset', namespace: end.namespace, name: end.name };
    case 'pods': {
      const { namespace, name, labels } = end;
      return { ...silent, type: 'workload', namespace, name, labels };
    }
    default:
      return unreachable(end);
  }
}
