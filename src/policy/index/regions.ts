import { unreachable } from '../../std/assert.ts';
import type { Detail, Region } from './candidate.ts';
import { listOf } from './lists.ts';
import { classOf } from './address-classes.ts';
import { addressKey } from './inventory-tables.ts';
import { findKey } from './key-table.ts';
import { placeAt, type Place, type Spot } from './place.ts';
import type { Owners } from './presences.ts';
import { foldedPlace } from './place-fold.ts';
import { groundsOf, isTagged, setsAt } from './spaces.ts';
import type { StringTable } from './strings.ts';
import { TagSort, type IndexTables } from './tables.ts';

/** Places of one region and family that are told apart; beyond, they are folded into one. */
const CLASSES_MAX = 64;
/** Regions that are kept; beyond, all are forgotten and made anew. */
const REGIONS_MAX = 4096;

/** The places in the regions that records speak of. */
export class Regions {
  readonly #tables: IndexTables;
  readonly #strings: StringTable;
  readonly #cache = new Map<string, readonly Place[]>();
  /** When what the inventory says of sets and hosts became certain, ascending. */
  readonly #epochs: Float64Array;

  constructor(tables: IndexTables, strings: StringTable) {
    this.#tables = tables;
    this.#strings = strings;
    const times = [...tables.networkSets.certainMs, ...tables.hosts.certainMs];
    this.#epochs = Float64Array.from(new Set(times)).filter(Number.isFinite).toSorted();
  }

  /** One place for each class of addresses, per family a single one if folded or beyond `CLASSES_MAX`. */
  places(region: Region, { owners, flowMs, detail }: PlaceOptions): readonly Place[] {
    if (region.kind === 'address') {
      return [placeAt(this.#tables, spotOf(this.#tables, region.address), owners)];
    }
    const epoch = this.#epochOf(flowMs);
    const named = region.kind === 'set' ? `${region.set}/${region.otherNamespace}` : '';
    const key = `${region.kind}/${owners}/${detail}/${epoch}/${named}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    if (this.#cache.size >= REGIONS_MAX) this.#cache.clear();
    const spots = this.#spotsOf(region, owners, this.#epochs[epoch] ?? -Infinity);
    const { classFamily } = this.#tables.space;
    const classesMax = detail === 'folded' ? 1 : CLASSES_MAX;
    const places = [4, 6].flatMap((family) => {
      const own = spots.filter((spot) => classFamily[spot.class] === family);
      return own.length === 0 ? [] : this.#placesAt(own, owners, classesMax);
    });
    this.#cache.set(key, places);
    return places;
  }

  inPools(spot: Spot): boolean {
    return isTagged(this.#tables.space, spot.class, TagSort.pool);
  }

  holds(set: number, spot: Spot): boolean {
    return setsAt(this.#tables.space, spot.class).has(set);
  }

  /** The last time at or before the flow's at which something became certain; -1 = before all. */
  #epochOf(flowMs: number | null): number {
    if (flowMs === null) return -1;
    return this.#epochs.findLastIndex((time) => time <= flowMs);
  }

  #spotsOf(region: Wide, owners: Owners, nowMs: number): Spot[] {
    const { space, addresses } = this.#tables;
    const classes = [...space.classFree.keys()].map((one) => ({ class: one, address: -1 }));
    const single = [...addresses.class].map((one, address) => ({ class: one, address }));
    const free = classes.filter((spot) => (space.classFree[spot.class] ?? 0) > 0);
    // An end of which nothing is known may have the address of any endpoint.
    const unowned =
      region.kind === 'any'
        ? single
        : single.filter(({ address }) => listOf(addresses.endpoints, address).length === 0);
    const isIn = this.#membership(region, nowMs);
    return [...free, ...unowned].filter(
      (spot) => isIn(spot) && this.#mayHost(spot, owners, region, nowMs),
    );
  }

  /** Asks once for all classes that lists of nets alone tell apart. */
  #membership(region: Wide, nowMs: number): (spot: Spot) => boolean {
    const grounds = groundsOf(this.#tables.space);
    const known = new Map<number, boolean>();
    return (spot) => {
      const ground = grounds[spot.class] ?? spot.class;
      const isIn = known.get(ground) ?? this.#isIn(region, ground, nowMs);
      known.set(ground, isIn);
      return isIn;
    };
  }

  #isIn(region: Wide, start: number, nowMs: number): boolean {
    const { poolsLoaded, space } = this.#tables;
    switch (region.kind) {
      case 'private':
        return isTagged(space, start, TagSort.private) && !this.#isNamed(start, nowMs);
      case 'public':
        return !isTagged(space, start, TagSort.private) && !this.#isNamed(start, nowMs);
      case 'pools':
        return !poolsLoaded || isTagged(space, start, TagSort.pool);
      case 'set':
        return this.#isBest(region, start, nowMs);
      case 'any':
        return true;
      default:
        return unreachable(region);
    }
  }

  /** A spot of a host is out for every other end: certainly so where the host is as old as the flow. */
  #mayHost(spot: Spot, owners: Owners, region: Region, nowMs: number): boolean {
    const { addresses, hosts } = this.#tables;
    const there = listOf(addresses.hosts, spot.address);
    if (there.length === 0 || region.kind === 'any') return true;
    if (owners === 'none') return false;
    return !there.some((host) => (hosts.certainMs[host] ?? Infinity) <= nowMs);
  }

  /** Felix would have named a set there (contract 4, rule 4). */
  #isNamed(start: number, nowMs: number): boolean {
    return [...setsAt(this.#tables.space, start).keys()].some((set) => this.#isCertain(set, nowMs));
  }

  /** Felix would have named this set and no other that was certainly there (flow-records 1b-2, 2). */
  #isBest({ set, otherNamespace }: SetRegion, start: number, nowMs: number): boolean {
    const sets = setsAt(this.#tables.space, start);
    const lengths = sets.get(set);
    if (lengths === undefined) return false;
    const own = this.#rankOf(set, lengths, otherNamespace);
    return ![...sets].some(
      ([other, otherLengths]) =>
        other !== set &&
        this.#isCertain(other, nowMs) &&
        isBetter(this.#rankOf(other, otherLengths, otherNamespace), own),
    );
  }

  #isCertain(set: number, nowMs: number): boolean {
    return (this.#tables.networkSets.certainMs[set] ?? Infinity) <= nowMs;
  }

  #rankOf(set: number, lengths: readonly number[], otherNamespace: string): Rank {
    const { networkSets } = this.#tables;
    const namespace = this.#strings.textOf(networkSets.namespace[set] ?? 0);
    const name = this.#strings.textOf(networkSets.name[set] ?? 0);
    const isGlobal = namespace === '';
    const distance = isGlobal ? 1 : 2;
    return {
      distance: !isGlobal && namespace === otherNamespace ? 0 : distance,
      length: Math.max(...lengths),
      name: isGlobal ? name : `${namespace}/${name}`,
    };
  }

  #placesAt(spots: readonly Spot[], owners: Owners, classesMax: number): readonly Place[] {
    const distinct = new Map<string, Place>();
    for (const spot of spots) {
      const place = placeAt(this.#tables, spot, owners);
      distinct.set(place.key, place);
      if (distinct.size > classesMax) return [foldedPlace(this.#tables, spots, owners)];
    }
    return [...distinct.values()];
  }
}

/** A region of more than one address. */
type Wide = Exclude<Region, { kind: 'address' }>;
type SetRegion = Extract<Region, { kind: 'set' }>;

interface PlaceOptions {
  readonly owners: Owners;
  readonly flowMs: number | null;
  readonly detail: Detail;
}

/** Where an address lies. */
export function spotOf(tables: IndexTables, address: Parameters<typeof classOf>[1]): Spot {
  const number = findKey(tables.addresses.byAddress, addressKey(address));
  return number < 0
    ? { class: classOf(tables.space, address), address: -1 }
    : { class: tables.addresses.class[number] ?? 0, address: number };
}

interface Rank {
  readonly distance: number;
  readonly length: number;
  readonly name: string;
}

/** Nearer namespace, then longer prefix, then lower key (semantics 6.1). */
function isBetter(a: Rank, b: Rank): boolean {
  if (a.distance !== b.distance) return a.distance < b.distance;
  if (a.length !== b.length) return a.length > b.length;
  return a.name < b.name;
}
