import * as fc from 'fast-check';
import { parseAddress } from '../../src/net/address.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import { worldFiles, worldRows, type WorldRow } from '../conformance/world-rows.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { resourcesFrom } from '../oracle/setting.ts';
import { mutate, type Chance, type Words } from './mutations.ts';
import type { Connection, PropertyWorld } from './property-worlds.ts';

/**
 * Worlds of the conformance data, two of them thrown together and changed at random: bigger than random
 * worlds, with everything in them that Calico's own worlds hold, in company that they never kept.
 */
export function aMutatedWorld(connectionsMax: number): fc.Arbitrary<PropertyWorld> {
  return fc
    .tuple(fc.constantFrom(...bases()), fc.constantFrom(...bases()), fc.nat())
    .map(([first, second, seed]) => mutatedWorld([first, second], { seed, connectionsMax }));
}

let known: readonly WorldRow[] | undefined;

function bases(): readonly WorldRow[] {
  return (known ??= worldFiles
    .flatMap((file) => worldRows(file))
    .filter(
      (row) =>
        row.modes.includes('enforcement') &&
        row.storeMissing === undefined &&
        row.rawTypes !== true,
    ));
}

interface Options {
  readonly seed: number;
  readonly connectionsMax: number;
}

function mutatedWorld(
  rows: readonly WorldRow[],
  { seed, connectionsMax }: Options,
): PropertyWorld & { toJSON: () => string } {
  const chance = chanceOf(seed);
  const flows = rows.flatMap((row) => row.flows);
  const addresses = flows.flatMap(({ src_ip, dst_ip }) => [src_ip, dst_ip]);
  const original = withoutNamesakes(rows.flatMap((row) => row.resources as readonly Json[]));
  const world: Words = { ...wordsOf(original), addresses };
  const objects = [...admitted(withoutNamesakes(mutate(original, world, chance))), aSlice];
  return {
    objects,
    rawTypes: false,
    connections: (resources) =>
      connectionsIn(resources, {
        chance: chanceOf(seed + 1),
        count: connectionsMax,
        addresses,
        words: world,
      }),
    // A counterexample is told by where it comes from.
    toJSON: () => JSON.stringify({ worlds: rows.map(({ id }) => id), seed, objects }),
  };
}

/** Of no service that any rule names: without any slice nobody would know who is behind a service. */
const aSlice: Json = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: 'nobody-1',
    namespace: 'nobody',
    labels: { 'kubernetes.io/service-name': 'nobody' },
  },
  addressType: 'IPv4',
  endpoints: [],
  ports: [],
};

interface ConnectionChoices {
  readonly chance: Chance;
  readonly count: number;
  readonly addresses: readonly string[];
  readonly words: Words;
}

function connectionsIn(
  { inventory }: Resources,
  { chance, count, addresses, words }: ConnectionChoices,
): readonly Connection[] {
  const { endpoints, hostEndpoints } = inventory;
  const ends = endpoints.flatMap((endpoint) =>
    endpoint.addresses.map((address) => ({ endpoint, address })),
  );
  const peers = [
    ...[...endpoints, ...hostEndpoints].flatMap((one) => one.addresses),
    ...inventory.services.flatMap(({ slices }) => slices.flatMap((slice) => slice.addresses)),
    ...inventory.networkSets.flatMap(({ nets }) => nets.map(({ address }) => address)),
    ...addresses.map(parseAddress).filter((address) => address !== null),
  ];
  if (ends.length === 0 || peers.length === 0) return [];
  return Array.from({ length: count }, () => {
    const { endpoint, address } = chance.pick(ends);
    const others = peers.filter(({ family }) => family === address.family);
    const peer = chance.pick(others);
    const isEgress = chance.in(2);
    return {
      direction: isEgress ? 'egress' : 'ingress',
      endpoint,
      connection: {
        source: isEgress ? address : peer,
        destination: isEgress ? peer : address,
        protocol: chance.pick(protocols),
        sourcePort: chance.pick(words.portNumbers),
        destPort: chance.pick(words.portNumbers),
        icmp: null,
      },
    } as const;
  });
}

const protocols = [6, 6, 6, 6, 17, 17, 132, 1, 58, 136, 47, 0] as const;

/** The objects less those that the API server would not take, or whose promotion it would not. */
function admitted(objects: readonly Json[]): readonly Json[] {
  let left = objects;
  for (;;) {
    const { problems } = resourcesFrom(left, { mode: 'enforcement' });
    const bad = new Set(
      problems
        .filter(({ severity }) => severity === 'error')
        .map(({ position }) => position.line - 1),
    );
    if (bad.size === 0) return left;
    left = left.filter((_object, place) => !bad.has(place));
  }
}

function withoutNamesakes(objects: readonly Json[]): readonly Json[] {
  const seen = new Set<string>();
  return objects.filter((object) => {
    const { name, namespace } = object['metadata'] as Json;
    const group = String(object['apiVersion']).replace(/^crd\.|\/.*$/g, '');
    const key = [group, object['kind'], namespace, name].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function wordsOf(objects: readonly Json[]): Omit<Words, 'addresses'> {
  const found = { selectors: [], nets: [], portNames: [], namespaceSelectors: [] } as {
    selectors: string[];
    nets: string[];
    portNames: string[];
    namespaceSelectors: string[];
  };
  const numbers = [53, 80, 443, 8080, 2048, 2049, 0, 65_535, 40_000];
  const services: Json[] = [];
  const accounts: Json[] = [];
  JSON.stringify(objects, (name, value: unknown) => {
    if (name === 'selector' && typeof value === 'string') found.selectors.push(value);
    if (name === 'namespaceSelector' && typeof value === 'string') {
      found.namespaceSelectors.push(value);
    }
    if ((name === 'nets' || name === 'notNets') && Array.isArray(value)) {
      found.nets.push(...(value as string[]));
    }
    if (name === 'port' || name === 'containerPort') {
      if (typeof value === 'number') numbers.push(value);
    }
    if (name === 'ports' && Array.isArray(value)) {
      for (const port of value as readonly (Json | number | string)[]) {
        if (typeof port === 'number') numbers.push(port, port + 1);
        else if (typeof port === 'string') found.portNames.push(port);
        else if (typeof port['name'] === 'string') found.portNames.push(port['name']);
      }
    }
    if (name === 'services' && typeof value === 'object') services.push(value as Json);
    if (name === 'serviceAccounts' && typeof value === 'object') accounts.push(value as Json);
    return value;
  });
  const portNumbers = numbers.filter((port) => port >= 0 && port < 65_536);
  return { ...found, portNumbers, services, accounts };
}

/** Numbers that follow from a seed (mulberry32). */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    in: (times) => next() * times < 1,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to choose from');
      return list[Math.floor(next() * list.length)] as (typeof list)[number];
    },
  };
}
