import type { Prefix } from '../../net/address.ts';
import type { AddressSpaceBuilder } from './address-classes.ts';
import { TagSort } from './tables.ts';

/** Marks RFC 1918, which Felix tells apart as `pvt` (contract 4, rule 4). */
export function addPrivateSpace(space: AddressSpaceBuilder): void {
  for (const prefix of RFC_1918) space.add(prefix, { sort: TagSort.private, number: 0 });
}

const RFC_1918: readonly Prefix[] = [
  { address: { family: 4, words: [0, 0, 0, 0x0a000000] }, length: 8 },
  { address: { family: 4, words: [0, 0, 0, 0xac100000] }, length: 12 },
  { address: { family: 4, words: [0, 0, 0, 0xc0a80000] }, length: 16 },
];
