import type { Address } from '../../net/address.ts';
import type { Inventory, Lifetime } from '../resources/model.ts';
import { classOf } from './address-classes.ts';
import type { ItemTableBuilder } from './item-table.ts';
import { KeyTableBuilder, type KeyTables } from './key-table.ts';
import { packLists } from './lists.ts';
import { pairsOf, type StringTableBuilder } from './strings.ts';
import {
  ItemSort,
  type AddressSpaceTables,
  type AddressTables,
  type EndpointTables,
  type HostTables,
  type NetworkSetTables,
} from './tables.ts';

/** What the rules ask of services, by `namespace/name`: as a source, and as a question of a destination. */
export interface ServiceNumbers {
  readonly sources: ReadonlyMap<string, number>;
  readonly questions: ReadonlyMap<string, number>;
  readonly isSctpKnown: boolean;
}

/** Builds the tables of everything that has a name and addresses. */
export class InventoryTableBuilder {
  readonly #strings: StringTableBuilder;
  readonly #items: ItemTableBuilder;
  readonly #keys = new KeyTableBuilder(5);
  readonly #known: Address[] = [];
  readonly #owners: Owners[] = [];

  constructor(strings: StringTableBuilder, items: ItemTableBuilder) {
    this.#strings = strings;
    this.#items = items;
  }

  endpoints({ endpoints }: Inventory): EndpointTables {
    const strings = this.#strings;
    const names = new KeyTableBuilder(2);
    const byName: number[][] = [];
    endpoints.forEach(({ namespace, name, generateName }, number) => {
      const texts = generateName === null ? [name] : [name, generateName];
      for (const text of texts) {
        (byName[names.add([strings.add(namespace), strings.add(text)])] ??= []).push(number);
      }
    });
    return {
      item: Int32Array.from(endpoints, (one) =>
        this.#items.add({ ...one, sort: ItemSort.workload }),
      ),
      createdMs: Float64Array.from(endpoints, ({ lifetime }) => lifetime.createdMs ?? NaN),
      labels: packLists(endpoints.map(({ labels }) => pairsOf(labels, strings))),
      addresses: packLists(
        endpoints.map(({ addresses }, number) =>
          addresses.map((address) => {
            const at = this.#at(address);
            this.#owners[at]?.endpoints.push(number);
            return at;
          }),
        ),
      ),
      names: names.finish(),
      byName: packLists(byName),
    };
  }

  hosts({ hostEndpoints }: Inventory): HostTables {
    const strings = this.#strings;
    return {
      name: Int32Array.from(hostEndpoints, ({ name }) => strings.add(name)),
      node: Int32Array.from(hostEndpoints, ({ node }) => strings.add(node)),
      item: Int32Array.from(hostEndpoints, (one) =>
        this.#items.add({ ...one, sort: ItemSort.host }),
      ),
      certainMs: Float64Array.from(hostEndpoints, ({ lifetime }) => certainMsOf(lifetime)),
      createdMs: Float64Array.from(hostEndpoints, ({ lifetime }) => lifetime.createdMs ?? NaN),
      editedMs: Float64Array.from(hostEndpoints, ({ lifetime }) => lifetime.editedMs ?? NaN),
      labels: packLists(hostEndpoints.map(({ labels }) => pairsOf(labels, strings))),
      addresses: packLists(
        hostEndpoints.map(({ addresses }, number) =>
          addresses.map((address) => {
            const at = this.#at(address);
            this.#owners[at]?.hosts.push(number);
            return at;
          }),
        ),
      ),
    };
  }

  networkSets({ networkSets }: Inventory): NetworkSetTables {
    const strings = this.#strings;
    const byName = new KeyTableBuilder(2);
    for (const { namespace, name } of networkSets) {
      byName.add([strings.add(namespace), strings.add(name)]);
    }
    return {
      namespace: Int32Array.from(networkSets, ({ namespace }) => strings.add(namespace)),
      name: Int32Array.from(networkSets, ({ name }) => strings.add(name)),
      item: Int32Array.from(networkSets, (one) =>
        this.#items.add({ ...one, sort: ItemSort.networkSet, ports: [] }),
      ),
      certainMs: Float64Array.from(networkSets, ({ uid, lifetime }) =>
        uid === null ? Infinity : certainMsOf(lifetime),
      ),
      labels: packLists(networkSets.map(({ labels }) => pairsOf(labels, strings))),
      byName: byName.finish(),
    };
  }

  services({ services }: Inventory, { sources, questions, isSctpKnown }: ServiceNumbers): void {
    for (const { namespace, name, slices } of services) {
      const source = sources.get(`${namespace}/${name}`);
      const question = questions.get(`${namespace}/${name}`);
      if (source === undefined && question === undefined) continue;
      for (const { addresses, ports } of slices) {
        const entries = ports
          .filter(({ protocol }) => isSctpKnown || protocol !== SCTP)
          .map(({ protocol, port }) => protocol * 65_536 + port);
        for (const address of addresses) {
          const owners = this.#owners[this.#at(address)];
          if (source !== undefined) owners?.services.add(source);
          if (question === undefined) continue;
          for (const entry of entries) owners?.servicePorts.push(question, entry);
        }
      }
    }
  }

  /** Called last. Takes the addresses that are spoken for out of the free ones of their classes. */
  addresses(space: AddressSpaceTables): AddressTables {
    const classes = Int32Array.from(this.#known, (address) => classOf(space, address));
    for (const one of classes) space.classFree[one] = (space.classFree[one] ?? 0) - 1;
    return {
      byAddress: this.#keys.finish(),
      class: classes,
      endpoints: packLists(this.#owners.map(({ endpoints }) => endpoints)),
      hosts: packLists(this.#owners.map(({ hosts }) => hosts)),
      services: packLists(this.#owners.map(({ services }) => [...services])),
      servicePorts: packLists(this.#owners.map(({ servicePorts }) => servicePorts)),
    };
  }

  #at(address: Address): number {
    const at = this.#keys.add(addressKey(address));
    if (at === this.#known.length) {
      this.#known.push(address);
      this.#owners.push({ endpoints: [], hosts: [], services: new Set(), servicePorts: [] });
    }
    return at;
  }
}

/** An address as a key of `AddressTables.byAddress`. */
export function addressKey({ family, words }: Address): readonly number[] {
  return [family, ...words];
}

interface Owners {
  readonly endpoints: number[];
  readonly hosts: number[];
  readonly services: Set<number>;
  readonly servicePorts: number[];
}

const SCTP = 132;

/** An object that does not say when it was made or last edited may always have been another one. */
function certainMsOf({ createdMs, editedMs }: Lifetime): number {
  return createdMs === null || editedMs === null ? Infinity : Math.max(createdMs, editedMs);
}

/** The address of such a key. */
export function addressFromKey({ keys, width }: KeyTables, number: number): Address {
  const [family = 4, a = 0, b = 0, c = 0, d = 0] = keys.subarray(number * width);
  return { family: family === 4 ? 4 : 6, words: [a >>> 0, b >>> 0, c >>> 0, d >>> 0] };
}
