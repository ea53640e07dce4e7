import { YES } from '../../std/ternary.ts';
import { found } from './found.ts';
import { listOf } from './lists.ts';
import { ownersAt, servicesAt, setPresences, type Owners } from './presences.ts';
import { tagsOf } from './spaces.ts';
import { TagSort, type IndexTables } from './tables.ts';

/** What an address, or every address of a region, is known to be in. */
export interface Place {
  /** Equal places of one index have equal texts. */
  readonly key: string;
  readonly family: 4 | 6;
  /** Columns that hold there, of nets and of services whose endpoints have the address: see `found`. */
  readonly columns: readonly number[];
  /** Items at the address, sets and hosts among them, as numbers of `presenceOf`: see `found`. */
  readonly items: readonly number[];
  /** Triples of a question, `protocol * 65536 + port` and a `Ternary`. */
  readonly servicePorts: readonly number[];
  /** What leaves a `maybe` open. */
  readonly gap: number;
}

/** A spot is a class of addresses, and of those one that the inventory knows singly; -1 = any other. */
export interface Spot {
  readonly class: number;
  readonly address: number;
}

export function placeAt(tables: IndexTables, spot: Spot, owners: Owners): Place {
  const { space, columns } = tables;
  const held: number[] = [];
  for (const tag of tagsOf(space, spot.class)) {
    if (space.tagSort[tag] !== TagSort.nets) continue;
    held.push(found(columns.nets + (space.tagNumber[tag] ?? 0), YES));
  }
  const items: number[] = [];
  for (const presence of setPresences(tables, spot.class)) items.push(found(presence, YES));
  const servicePorts: number[] = [];
  if (spot.address >= 0) {
    for (const service of servicesAt(tables, spot.address)) held.push(found(service, YES));
    for (const presence of ownersAt(tables, spot.address, owners)) items.push(found(presence, YES));
    const pairs = listOf(tables.addresses.servicePorts, spot.address);
    for (let i = 0; i < pairs.length; i += 2) {
      servicePorts.push(pairs[i] ?? 0, pairs[i + 1] ?? 0, YES);
    }
  }
  const family = space.classFamily[spot.class] === 4 ? 4 : 6;
  return keyed({ family, columns: held, items, servicePorts, gap: 0 });
}

/** The place with its numbers in order, and its key. */
export function keyed(place: Omit<Place, 'key'>): Place {
  const { family, servicePorts, gap } = place;
  const columns = ascending(place.columns);
  const items = ascending(place.items);
  const key = `${family}|${columns.join()}|${items.join()}|${servicePorts.join()}|${gap}`;
  return { key, family, columns, items, servicePorts, gap };
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.length < 2 ? numbers : numbers.toSorted((a, b) => a - b);
}
