import { Gap } from '../evaluator/facts.ts';
import { MAYBE, YES, type Ternary } from '../../std/ternary.ts';
import { setBit } from './bits.ts';
import { ternaryBits, type TernaryBits } from './ternary-bits.ts';
import { listOf } from './lists.ts';
import { presenceOf, Reach, reachOfPrefixes } from './reach.ts';
import { setsAt, tagsOf } from './spaces.ts';
import { TagSort, type IndexTables } from './tables.ts';

/** What an address, or every address of a region, is known to be in. */
export interface Place {
  /** Equal places of one index have equal texts. */
  readonly key: string;
  readonly family: 0 | 4 | 6;
  /** Lists of nets, and services whose endpoints have the address. */
  readonly nets: TernaryBits;
  readonly services: TernaryBits;
  /** Triples of a question, `protocol * 65536 + port` and a `Ternary`. */
  readonly servicePorts: readonly number[];
  /** Items at the address, sets and hosts among them, as numbers of `presenceOf`. */
  readonly items: ReadonlyMap<number, Ternary>;
  /** What leaves a `maybe` open. */
  readonly gap: number;
}

/** Which owners of an address count: not those of another reading of the same end. */
export type Owners = 'all' | 'hosts' | 'none';

/** A spot is a class of addresses, and of those one that the inventory knows singly; -1 = any other. */
export interface Spot {
  readonly class: number;
  readonly address: number;
}

export function placeAt(tables: IndexTables, spot: Spot, owners: Owners): Place {
  const { space, columns, addresses } = tables;
  const nets = ternaryBits((columns.services - columns.nets) / 32);
  for (const tag of tagsOf(space, spot.class)) {
    if (space.tagSort[tag] === TagSort.nets) setBit(nets.yes, space.tagNumber[tag] ?? 0);
  }
  const family = space.classFamily[spot.class] === 4 ? 4 : 6;
  const items = new Map<number, Ternary>();
  for (const [set, lengths] of setsAt(space, spot.class)) {
    const item = tables.networkSets.item[set] ?? 0;
    items.set(presenceOf(item, reachOfPrefixes(lengths, family)), YES);
  }
  const services = ternaryBits((columns.joint - columns.services) / 32);
  for (const service of listOf(addresses.services, spot.address)) setBit(services.yes, service);
  addOwners(tables, spot.address, owners, items);
  const servicePorts = triples(listOf(addresses.servicePorts, spot.address));
  return withKey({ family, nets, services, servicePorts, items, gap: 0 });
}

/** Folds places into one that is certain of what all of them share. */
export class PlaceFold {
  #first: Place | null = null;
  #count = 0;
  #family: 0 | 4 | 6 = 0;
  readonly #some: Bits = { nets: new Int32Array(0), services: new Int32Array(0) };
  readonly #every: Bits = { nets: new Int32Array(0), services: new Int32Array(0) };
  readonly #items = new Map<number, number>();
  readonly #ports = new Map<string, number>();

  add(place: Place): void {
    if (this.#first === null) {
      this.#first = place;
      this.#family = place.family;
      this.#some.nets = place.nets.yes.slice();
      this.#some.services = place.services.yes.slice();
      this.#every.nets = place.nets.yes.slice();
      this.#every.services = place.services.yes.slice();
    } else {
      merge(this.#some.nets, this.#every.nets, place.nets.yes);
      merge(this.#some.services, this.#every.services, place.services.yes);
      if (this.#family !== place.family) this.#family = 0;
    }
    this.#count++;
    for (const item of place.items.keys()) count(this.#items, item);
    for (let i = 0; i < place.servicePorts.length; i += 3) {
      count(this.#ports, `${place.servicePorts[i]},${place.servicePorts[i + 1]}`);
    }
  }

  finish(): Place {
    const certainty = (seen: number): Ternary => (seen === this.#count ? YES : MAYBE);
    return withKey({
      family: this.#family,
      nets: ternaryOf(this.#some.nets, this.#every.nets),
      services: ternaryOf(this.#some.services, this.#every.services),
      servicePorts: [...this.#ports].flatMap(([key, seen]) => [
        ...key.split(',').map(Number),
        certainty(seen),
      ]),
      items: new Map([...this.#items].map(([item, seen]) => [item, certainty(seen)])),
      gap: Gap.sourceAddress,
    });
  }
}

interface Bits {
  nets: Int32Array;
  services: Int32Array;
}

function addOwners(
  tables: IndexTables,
  address: number,
  owners: Owners,
  items: Map<number, Ternary>,
): void {
  const { addresses, endpoints, hosts } = tables;
  if (owners === 'all') {
    for (const one of listOf(addresses.endpoints, address)) {
      items.set(presenceOf(endpoints.item[one] ?? 0, Reach.exact), YES);
    }
  }
  if (owners === 'none') return;
  for (const one of listOf(addresses.hosts, address)) {
    items.set(presenceOf(hosts.item[one] ?? 0, Reach.exact), YES);
  }
}

function triples(pairs: Int32Array): readonly number[] {
  const result: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) result.push(pairs[i] ?? 0, pairs[i + 1] ?? 0, YES);
  return result;
}

function merge(some: Int32Array, every: Int32Array, yes: Int32Array): void {
  for (let word = 0; word < yes.length; word++) {
    some[word] = some[word]! | yes[word]!;
    every[word] = every[word]! & yes[word]!;
  }
}

function ternaryOf(some: Int32Array, every: Int32Array): TernaryBits {
  return { yes: every, maybe: some.map((word, i) => word & ~every[i]!) };
}

function count<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function withKey(place: Omit<Place, 'key'>): Place {
  const { family, nets, services, servicePorts, items, gap } = place;
  const keyOf = () =>
    [
      family,
      nets.yes.join(),
      nets.maybe.join(),
      services.yes.join(),
      services.maybe.join(),
      servicePorts.join(),
      [...items].toSorted(([a], [b]) => a - b).join(),
      gap,
    ].join('|');
  let key: string | null = null;
  // Of more places than are told apart nobody asks for it.
  return {
    ...place,
    get key() {
      return (key ??= keyOf());
    },
  };
}
