import type { Address } from '../../net/address.ts';
import { MAYBE, YES } from '../../std/ternary.ts';
import { Gap } from '../evaluator/facts.ts';
import type { Candidate, Detail, EndpointNumber, LabelFacts, Region } from './candidate.ts';
import { CompiledCandidate } from './compiled-candidate.ts';
import type { Item } from './item.ts';
import type { Items } from './items.ts';
import { rememberedMax } from './limits.ts';
import { listOf } from './lists.ts';
import { certaintyOfFound, numberOfFound } from './found.ts';
import { placeAt, type Place, type Spot } from './place.ts';
import { EndReader, type EndParts, type PlacedItem } from './end-reader.ts';
import { itemOf, Reach, reachOf } from './reach.ts';
import { spotOf, type Regions } from './regions.ts';
import type { IndexTables } from './tables.ts';

/** Makes candidates, once each; those that are forgotten come back under new ids (`rememberedMax`). */
export class Candidates {
  readonly #tables: IndexTables;
  readonly #reader: EndReader;
  readonly #items: Items;
  readonly #regions: Regions;
  readonly #known = new Map<string, CompiledCandidate>();
  /** What `#known` would find again, without putting together what it is asked by. */
  readonly #bySpot = new Map<number, CompiledCandidate>();
  readonly #byEndpoint = new Map<EndpointNumber, readonly CompiledCandidate[]>();
  readonly #max: number;
  #nextId = 0;

  constructor(tables: IndexTables, items: Items, regions: Regions) {
    this.#tables = tables;
    this.#reader = new EndReader(tables);
    this.#items = items;
    this.#max = rememberedMax(tables);
    this.#regions = regions;
  }

  ofEndpoints(endpoints: readonly EndpointNumber[]): readonly Candidate[] {
    const found = new Set<Candidate>();
    for (const endpoint of endpoints) {
      for (const candidate of this.#ofEndpoint(endpoint)) found.add(candidate);
    }
    return [...found];
  }

  ofAddress(address: Address): Candidate {
    const spot = spotOf(this.#tables, address);
    const { classParent } = this.#tables.space;
    const key = (spot.address + 1) * classParent.length + spot.class;
    const known = this.#bySpot.get(key);
    if (known !== undefined) return known;
    const { addresses, endpoints } = this.#tables;
    const owners = new Set(listOf(addresses.endpoints, spot.address));
    const items = new Set(Array.from(owners, (one) => endpoints.item[one] ?? 0));
    const subjects = Array.from(items, (item) => this.#items.ofInventory(item));
    const place = placeAt(this.#tables, spot, 'all');
    const candidate =
      subjects.length > 0 ? this.#make({ subjects, place }) : this.#ofNoPod(place, spot);
    if (this.#bySpot.size >= this.#max) this.#forget();
    this.#bySpot.set(key, candidate);
    return candidate;
  }

  ofRegion(
    region: Region,
    flowMs: number | null,
    detail: Detail = 'classes',
  ): readonly Candidate[] {
    return this.#regions
      .places(region, { owners: 'hosts', flowMs, detail })
      .map((place) => this.#make({ subjects: [], place }));
  }

  ofLabels(facts: LabelFacts, region: Region, detail: Detail = 'classes'): readonly Candidate[] {
    const item = this.#items.ofLabels(facts);
    return this.#regions
      .places(region, { owners: 'none', flowMs: null, detail })
      .map((place) => this.#make({ subjects: facts.isWorkload ? [item] : [], own: item, place }));
  }

  /** The end with a label settled on those of its items that `isMeant` by `whose`. */
  settled(end: CompiledCandidate, { whose, isMeant, label, value }: Settling): CompiledCandidate {
    const key = `${end.id}=${JSON.stringify([whose, label, value])}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) this.#forget();
    // Of things that only may be there, what is known of a profile still holds.
    const candidate = end.withItems(this.#nextId++, (item, certainty) =>
      isMeant(item) && (certainty === YES || typeof whose === 'string')
        ? this.#items.settled(item, label, value)
        : item,
    );
    this.#known.set(key, candidate);
    return candidate;
  }

  #ofEndpoint(endpoint: EndpointNumber): readonly CompiledCandidate[] {
    const known = this.#byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const candidates = this.#makeEndpoint(endpoint);
    this.#byEndpoint.set(endpoint, candidates);
    return candidates;
  }

  #makeEndpoint(endpoint: EndpointNumber): readonly CompiledCandidate[] {
    const { endpoints, addresses } = this.#tables;
    const item = this.#items.ofInventory(endpoints.item[endpoint] ?? 0);
    return Array.from(listOf(endpoints.addresses, endpoint), (address) => {
      const spot = { class: addresses.class[address] ?? 0, address };
      return this.#make({ subjects: [item], place: placeAt(this.#tables, spot, 'all') });
    });
  }

  /** A host's address, or one that nobody in the inventory owns: the last row of contract 3's table. */
  #ofNoPod(place: Place, spot: Spot): CompiledCandidate {
    const { options, podsLoaded, poolsLoaded, addresses } = this.#tables;
    const nobody = { subjects: [], place };
    const assumed = { ...nobody, possible: Gap.addressOwnerAssumed };
    const isHost = listOf(addresses.hosts, spot.address).length > 0;
    // Felix knows its pods; nobody told us of them.
    if (isHost || options.mode === 'calico') return this.#make(podsLoaded ? nobody : assumed);
    const isInside = !podsLoaded || this.#regions.inPools(spot);
    if (isInside) return this.#make({ ...nobody, possible: Gap.addressOwner });
    return this.#make(poolsLoaded ? nobody : assumed);
  }

  #make(wanted: Wanted): CompiledCandidate {
    const { subjects, place, own, possible } = wanted;
    const key = [place.key, subjects.map(({ id }) => id), own?.id ?? '', possible ?? ''].join('#');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) this.#forget();
    const items: PlacedItem[] = place.items.map((entry) => ({
      item: this.#items.ofInventory(itemOf(numberOfFound(entry))),
      reach: reachOf(numberOfFound(entry)),
      certainty: certaintyOfFound(entry),
      gap: Gap.networkSet,
    }));
    if (own !== undefined) {
      items.push({ item: own, reach: Reach.exact, certainty: YES, gap: 0 });
    }
    const owners = possible === undefined ? [] : [this.#unknown({ isWorkload: true }, possible)];
    const isOpen = possible === Gap.addressOwner;
    const assuming = withItems({ subjects, items, place }, isOpen ? owners : []);
    const strict = withItems(assuming, [...(isOpen ? [] : owners), ...this.#hiddenSets()]);
    const candidate = new CompiledCandidate(this.#nextId++, this.#reader, { strict, assuming });
    this.#known.set(key, candidate);
    return candidate;
  }

  #forget(): void {
    this.#known.clear();
    this.#bySpot.clear();
    this.#byEndpoint.clear();
  }

  /** Where nothing of the cluster was loaded, sets that nobody knows of may hold any address. */
  #hiddenSets(): PlacedItem[] {
    const { podsLoaded, networkSets } = this.#tables;
    if (podsLoaded || networkSets.name.length > 0) return [];
    const set = this.#unknown({ isWorkload: false }, Gap.addressOwnerAssumed);
    return [set, { ...set, reach: Reach.narrow }];
  }

  #unknown(what: Pick<LabelFacts, 'isWorkload'>, gap: number): PlacedItem {
    const nothing = { namespace: null, labels: null, isAggregate: false };
    const item = this.#items.ofLabels({ ...nothing, ...what });
    return { item, reach: Reach.exact, certainty: MAYBE, gap };
  }
}

function withItems(parts: EndParts, items: readonly PlacedItem[]): EndParts {
  return items.length === 0 ? parts : { ...parts, items: [...parts.items, ...items] };
}

export interface Settling {
  /** A profile's name, or an item's number. */
  readonly whose: string | number;
  readonly isMeant: (item: Item) => boolean;
  readonly label: string;
  /** `null` = there is none. */
  readonly value: string | null;
}

interface Wanted {
  readonly subjects: readonly Item[];
  readonly place: Place;
  /** The end itself, where the inventory does not hold it. */
  readonly own?: Item;
  /** Somebody unknown may own the address: the gap that this is. */
  readonly possible?: number;
}
