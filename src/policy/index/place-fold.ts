import { MAYBE, YES, type Ternary } from '../../std/ternary.ts';
import { Gap } from '../evaluator/facts.ts';
import { listOf } from './lists.ts';
import { found } from './found.ts';
import { keyed, type Place, type Spot } from './place.ts';
import { ownersAt, servicesAt, setPresences, type Owners } from './presences.ts';
import { countNets, groundsOf } from './spaces.ts';
import type { IndexTables } from './tables.ts';

/**
 * One place that stands for any of the spots, all of one family: certain of what all of them share. What a spot has
 * is counted, and what a class says of many spots is counted once, so that a hundred thousand cost no more
 * than the prefixes that tell them apart.
 */
export function foldedPlace(tables: IndexTables, spots: readonly Spot[], owners: Owners): Place {
  const { space, addresses } = tables;
  const classes = spots.map((spot) => spot.class);
  const columns = new Map<number, number>();
  for (const [nets, count] of countNets(space, classes)) {
    columns.set(tables.columns.nets + nets, count);
  }
  const items = new Map<number, number>();
  for (const [ground, count] of countGrounds(tables, classes)) {
    for (const presence of setPresences(tables, ground)) add(items, presence, count);
  }
  const ports = new Map<string, number>();
  for (const { address } of spots) {
    if (address < 0) continue;
    for (const service of servicesAt(tables, address)) add(columns, service, 1);
    for (const presence of ownersAt(tables, address, owners)) add(items, presence, 1);
    for (const port of distinctPairs(listOf(addresses.servicePorts, address))) add(ports, port, 1);
  }
  const certainty = (seen: number): Ternary => (seen === spots.length ? YES : MAYBE);
  const entriesOf = (counts: ReadonlyMap<number, number>): number[] =>
    Array.from(counts, ([number, seen]) => found(number, certainty(seen)));
  return keyed({
    family: space.classFamily[classes[0] ?? 0] === 4 ? 4 : 6,
    columns: entriesOf(columns),
    items: entriesOf(items),
    servicePorts: [...ports].flatMap(([pair, seen]) => [
      ...pair.split(',').map(Number),
      certainty(seen),
    ]),
    gap: Gap.sourceAddress,
  });
}

function countGrounds({ space }: IndexTables, classes: readonly number[]): Map<number, number> {
  const grounds = groundsOf(space);
  const counts = new Map<number, number>();
  for (const one of classes) add(counts, grounds[one] ?? one, 1);
  return counts;
}

/** Slices of a service may name one address and port twice. */
function distinctPairs(pairs: Int32Array): ReadonlySet<string> {
  const texts = new Set<string>();
  for (let i = 0; i < pairs.length; i += 2) texts.add(`${pairs[i]},${pairs[i + 1]}`);
  return texts;
}

function add<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
