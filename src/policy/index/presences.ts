import { listOf } from './lists.ts';
import { presenceOf, Reach, reachOfPrefixes } from './reach.ts';
import { setsAt } from './spaces.ts';
import type { IndexTables } from './tables.ts';

/** Which owners of an address count: not those of another reading of the same end. */
export type Owners = 'all' | 'hosts' | 'none';

/** Columns of the services whose endpoints have the address. */
export function servicesAt({ addresses, columns }: IndexTables, address: number): Int32Array {
  return listOf(addresses.services, address).map((service) => columns.services + service);
}

/** The items of the network sets that hold the addresses of the class. */
export function setPresences({ space, networkSets }: IndexTables, start: number): Set<number> {
  const family = space.classFamily[start] === 4 ? 4 : 6;
  const presences = new Set<number>();
  for (const [set, lengths] of setsAt(space, start)) {
    presences.add(presenceOf(networkSets.item[set] ?? 0, reachOfPrefixes(lengths, family)));
  }
  return presences;
}

/** The items of the endpoints and hosts that have the address. */
export function ownersAt(
  { addresses, endpoints, hosts }: IndexTables,
  address: number,
  owners: Owners,
): ReadonlySet<number> {
  const presences = new Set<number>();
  if (owners === 'none') return presences;
  if (owners === 'all') {
    for (const one of listOf(addresses.endpoints, address)) {
      presences.add(presenceOf(endpoints.item[one] ?? 0, Reach.exact));
    }
  }
  for (const one of listOf(addresses.hosts, address)) {
    presences.add(presenceOf(hosts.item[one] ?? 0, Reach.exact));
  }
  return presences;
}
