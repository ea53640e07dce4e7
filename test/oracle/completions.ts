import type { Address } from '../../src/net/address.ts';
import { contains } from '../../src/net/prefix.ts';
import { unreachable } from '../../src/std/assert.ts';
import type { Direction } from '../../src/policy/actions.ts';
import type {
  Labels,
  NetworkSet,
  Resources,
  WorkloadEndpoint,
} from '../../src/policy/resources/model.ts';
import type { Question } from './evaluate.ts';
import {
  addressesThatMatter,
  destPortsThatMatter,
  isPrivate,
  protocolsThatMatter,
  sourcePortsThatMatter,
} from './spots.ts';
import { isSame } from './world-view.ts';

/** What a record may still say of an end once its address is gone (contract 4; semantics 6.1, 6.4). */
export type VagueEnd =
  | { readonly kind: 'address'; readonly address: Address }
  /** Pods of one name, or of one `generateName` where it ends in `*`; the labels are what all meant have. */
  | {
      readonly kind: 'pods';
      readonly namespace: string;
      readonly name: string;
      readonly labels: Labels | null;
    }
  | { readonly kind: 'network'; readonly name: 'pub' | 'pvt' }
  | { readonly kind: 'set'; readonly namespace: string; readonly name: string };

/** A record that leaves things out: null = not said. The end that is judged is always named. */
export interface VagueRecord {
  readonly direction: Direction;
  readonly local: Extract<VagueEnd, { kind: 'pods' }>;
  readonly peer: VagueEnd;
  readonly protocol: number | null;
  readonly sourcePort: number | null;
  readonly destPort: number | null;
  /** When the flow was seen, ms since 1970. */
  readonly startMs: number;
}

/** Every connection that the record may stand for, but for such as no policy could tell from them. */
export function completionsOf(
  record: VagueRecord,
  resources: Resources,
): readonly Omit<Question, 'scope'>[] {
  const { direction, local, peer } = record;
  const locals = podsOf(local, resources).flatMap((endpoint) =>
    endpoint.addresses.map((address) => ({ endpoint, address })),
  );
  const peers = addressesOf(peer, record, resources);
  const numbers = numbersOf(record, resources);
  return locals.flatMap(({ endpoint, address }) =>
    peers
      .filter(({ family }) => family === address.family)
      .flatMap((other) => {
        const [source, destination] = direction === 'egress' ? [address, other] : [other, address];
        return numbers.map((known) => ({
          direction,
          endpoint,
          connection: { source, destination, icmp: null, ...known },
        }));
      }),
  );
}

/** The pods that a record may mean: of that name, and with all the labels it gives (contract 4, rule 1). */
function podsOf(
  { namespace, name, labels }: Extract<VagueEnd, { kind: 'pods' }>,
  { inventory }: Resources,
): readonly WorkloadEndpoint[] {
  return inventory.endpoints.filter((endpoint) => {
    if (endpoint.namespace !== namespace) return false;
    const [actual, wanted] = name.endsWith('*')
      ? [endpoint.generateName, name.slice(0, -1)]
      : [endpoint.name, name];
    if (actual !== wanted) return false;
    return [...(labels ?? [])].every(([key, value]) => endpoint.labels.get(key) === value);
  });
}

function addressesOf(end: VagueEnd, record: VagueRecord, resources: Resources): readonly Address[] {
  switch (end.kind) {
    case 'address':
      return [end.address];
    case 'pods':
      return podsOf(end, resources).flatMap(({ addresses }) => addresses);
    case 'network':
      return strangers(resources).filter(
        (address) =>
          isPrivate(address) === (end.name === 'pvt') &&
          !resources.inventory.networkSets.some(
            (set) => holds(set, address) && isCertain(set, record.startMs),
          ),
      );
    case 'set':
      return strangers(resources).filter((address) => isNamed(end, address, record, resources));
    default:
      return unreachable(end);
  }
}

/** Addresses that no endpoint has: Felix would have named it. */
function strangers(resources: Resources): readonly Address[] {
  const { endpoints, hostEndpoints } = resources.inventory;
  const owned = [...endpoints, ...hostEndpoints].flatMap(({ addresses }) => addresses);
  return addressesThatMatter(resources).filter(
    (address) => !owned.some((other) => isSame(other, address)),
  );
}

/** Whether Felix would have named this set at the address, of those that were certainly there (semantics 6.1). */
function isNamed(
  end: Extract<VagueEnd, { kind: 'set' }>,
  address: Address,
  { local, startMs }: VagueRecord,
  { inventory }: Resources,
): boolean {
  const there = inventory.networkSets.filter((set) => holds(set, address));
  const named = there.find(
    ({ namespace, name }) => namespace === end.namespace && name === end.name,
  );
  if (named === undefined) return false;
  return there.every(
    (other) =>
      other === named ||
      !isCertain(other, startMs) ||
      precedence(named, address, local.namespace) < precedence(other, address, local.namespace),
  );
}

/** The lesser text wins: the other end's namespace, then global, then any; the longest prefix; the key. */
export function precedence(set: NetworkSet, address: Address, otherNamespace: string): string {
  const { namespace, name } = set;
  const distance = namespace === otherNamespace ? 0 : namespace === '' ? 1 : 2;
  const lengths = set.nets.filter((net) => contains(net, address)).map(({ length }) => length);
  const shortfall = String(128 - Math.max(...lengths)).padStart(3, '0');
  return `${distance} ${shortfall} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

export function holds(set: NetworkSet, address: Address): boolean {
  return set.nets.some((net) => contains(net, address));
}

/**
 * Whether the set surely was as it is when the flow was seen (contract 4, rule 4). Manifests often come
 * without their `managedFields`: then nobody knows when the object was edited last.
 */
function isCertain({ uid, lifetime }: NetworkSet, flowMs: number): boolean {
  const { createdMs, editedMs } = lifetime;
  return uid !== null && createdMs !== null && editedMs !== null
    ? Math.max(createdMs, editedMs) <= flowMs
    : false;
}

function numbersOf({ protocol, sourcePort, destPort }: VagueRecord, resources: Resources) {
  const protocols = protocol === null ? protocolsThatMatter(resources) : [protocol];
  const sourcePorts = sourcePort === null ? sourcePortsThatMatter(resources) : [sourcePort];
  const destPorts = destPort === null ? destPortsThatMatter(resources) : [destPort];
  return protocols.flatMap((known) =>
    sourcePorts.flatMap((from) =>
      destPorts.map((to) => ({ protocol: known, sourcePort: from, destPort: to })),
    ),
  );
}
