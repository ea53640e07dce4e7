import type { Address, Prefix } from '../../src/net/address.ts';
import { contains } from '../../src/net/prefix.ts';
import type { EntityRule, Resources, Rule } from '../../src/policy/resources/model.ts';

/**
 * One member of each class of numbers, and of addresses, that nothing in a world can tell apart. Ranges
 * begin and end somewhere: whatever begins, and whatever comes after an end, stands for all up to the
 * next of these.
 */
export function addressesThatMatter(resources: Resources): readonly Address[] {
  const prefixes = [...prefixesOf(resources), ...privateSpace];
  return ([4, 6] as const).flatMap((family) => {
    const bits = family === 4 ? 32 : 128;
    const starts = new Set([0n]);
    for (const { address, length } of prefixes) {
      if (address.family !== family) continue;
      const first = bigOf(address);
      starts.add(first);
      starts.add(first + (1n << BigInt(bits - length)));
    }
    return [...starts]
      .filter((start) => start < 1n << BigInt(bits))
      .map((start) => addressOf(start, family));
  });
}

export function destPortsThatMatter(resources: Resources): readonly number[] {
  const { inventory } = resources;
  const named = [...inventory.endpoints, ...inventory.hostEndpoints].flatMap(({ ports }) => ports);
  const served = inventory.services.flatMap(({ slices }) => slices.flatMap(({ ports }) => ports));
  const single = [...named, ...served].map(({ port }): Range => [port, port]);
  const packed = rulesOf(resources).flatMap(({ icmp, notIcmp }) =>
    [icmp, notIcmp].flatMap((match): Range[] => {
      if (match === null) return [];
      const base = match.type << 8;
      const code = match.code ?? 0;
      return [
        [base, base + 255],
        [base + code, base + code],
      ];
    }),
  );
  return startsOf([...rangesOf(resources, 'destination'), ...single, ...packed]);
}

export function sourcePortsThatMatter(resources: Resources): readonly number[] {
  const { inventory } = resources;
  const named = [...inventory.endpoints, ...inventory.hostEndpoints].flatMap(({ ports }) => ports);
  const single = named.map(({ port }): Range => [port, port]);
  return startsOf([...rangesOf(resources, 'source'), ...single]);
}

/** Of 1..255: those that rules, ports and services name, and one that nobody does. */
export function protocolsThatMatter(resources: Resources): readonly number[] {
  const { inventory } = resources;
  const ports = [...inventory.endpoints, ...inventory.hostEndpoints].flatMap((one) => one.ports);
  const served = inventory.services.flatMap(({ slices }) => slices.flatMap((one) => one.ports));
  const asked = rulesOf(resources).flatMap(({ protocol, notProtocol }) => [protocol, notProtocol]);
  const known = [...asked, ...[...ports, ...served].map(({ protocol }) => protocol), ICMP];
  return [...new Set([...known.filter((protocol) => protocol !== null), UNHEARD_OF])];
}

/** RFC 1918. */
export function isPrivate(address: Address): boolean {
  return privateSpace.some((block) => contains(block, address));
}

type Range = readonly [low: number, high: number];

const ICMP = 1;
const UNHEARD_OF = 253;

const privateSpace: readonly Prefix[] = [
  { address: { family: 4, words: [0, 0, 0, 0x0a000000] }, length: 8 },
  { address: { family: 4, words: [0, 0, 0, 0xac100000] }, length: 12 },
  { address: { family: 4, words: [0, 0, 0, 0xc0a80000] }, length: 16 },
];

function startsOf(ranges: readonly Range[]): readonly number[] {
  const starts = ranges.flatMap(([low, high]) => [low, high + 1]);
  return [...new Set([0, ...starts])].filter((port) => port <= 65_535);
}

function rangesOf(resources: Resources, side: 'source' | 'destination'): readonly Range[] {
  return rulesOf(resources).flatMap((rule) =>
    [rule[side].ports, rule[side].notPorts].flatMap((list) => list?.ranges ?? []),
  );
}

function rulesOf({ policies, inventory }: Resources): readonly Rule[] {
  return [...policies, ...inventory.profiles].flatMap(({ ingressRules, egressRules }) => [
    ...ingressRules,
    ...egressRules,
  ]);
}

function prefixesOf(resources: Resources): readonly Prefix[] {
  const { endpoints, hostEndpoints, networkSets, services, ipPools } = resources.inventory;
  const slices = services.flatMap((service) => service.slices);
  const single = [...endpoints, ...hostEndpoints, ...slices].flatMap(({ addresses }) =>
    addresses.map((address) => ({ address, length: address.family === 4 ? 32 : 128 })),
  );
  const asked = rulesOf(resources).flatMap(({ source, destination }) =>
    [source, destination].flatMap(netsOf),
  );
  return [...single, ...asked, ...networkSets.flatMap(({ nets }) => nets), ...ipPools];
}

function netsOf({ nets, notNets }: EntityRule): readonly Prefix[] {
  return [...(nets ?? []), ...(notNets ?? [])];
}

function bigOf({ words }: Address): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
}

function addressOf(value: bigint, family: 4 | 6): Address {
  const word = (shift: bigint): number => Number((value >> shift) & 0xffff_ffffn);
  return { family, words: [word(96n), word(64n), word(32n), word(0n)] };
}
