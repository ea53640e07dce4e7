import type { HostEndpoint, NamedPort } from '../resources/model.ts';
import { addressFromKey } from './inventory-tables.ts';
import { listOf } from './lists.ts';
import { labelsFrom, type StringTable } from './strings.ts';
import type { IndexTables } from './tables.ts';

/** The HostEndpoints of a node as they were read. */
export function hostsOf(
  tables: IndexTables,
  strings: StringTable,
  node: string,
): readonly HostEndpoint[] {
  const { hosts } = tables;
  const text = strings.numberOf(node);
  return [...hosts.node.keys()]
    .filter((host) => hosts.node[host] === text)
    .map((host) => hostOf(tables, strings, host));
}

function hostOf(tables: IndexTables, strings: StringTable, host: number): HostEndpoint {
  const { hosts, items, addresses } = tables;
  const item = hosts.item[host] ?? 0;
  return {
    name: strings.textOf(hosts.name[host] ?? 0),
    node: strings.textOf(hosts.node[host] ?? 0),
    labels: labelsFrom(listOf(hosts.labels, host), strings),
    profiles: Array.from(listOf(items.profiles, item), (name) => strings.textOf(name)),
    addresses: Array.from(listOf(hosts.addresses, host), (address) =>
      addressFromKey(addresses.byAddress, address),
    ),
    ports: portsFrom(listOf(items.ports, item), strings),
    lifetime: {
      createdMs: orNull(hosts.createdMs[host]),
      editedMs: orNull(hosts.editedMs[host]),
    },
  };
}

function portsFrom(triples: Int32Array, strings: StringTable): NamedPort[] {
  const ports: NamedPort[] = [];
  for (let i = 0; i < triples.length; i += 3) {
    const [name = 0, protocol = 0, port = 0] = triples.subarray(i, i + 3);
    ports.push({ name: strings.textOf(name), protocol, port });
  }
  return ports;
}

function orNull(time: number | undefined): number | null {
  return time === undefined || Number.isNaN(time) ? null : time;
}
