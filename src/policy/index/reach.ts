/**
 * How an item comes to an address. Calico's checker keeps the addresses of a selector's items in a set
 * that forgets single addresses within one of its longer prefixes, and never finds the longer prefixes
 * themselves: an address is in only by a prefix of up to 24 bits (IPv6: 120), or singly and in no
 * longer prefix of the set.
 */
export const Reach = {
  /** By a prefix of up to 24 bits, of 120 where it is IPv6. */
  wide: 0,
  /** By a longer one only. */
  narrow: 1,
  /** It is the item's own address. */
  exact: 2,
} as const;

const REACHES = 3;

/** An item and how it comes to an address, as one number. */
export function presenceOf(item: number, reach: number): number {
  return item * REACHES + reach;
}

export function itemOf(presence: number): number {
  return Math.floor(presence / REACHES);
}

export function reachOf(presence: number): number {
  return presence % REACHES;
}

/** The reach of prefixes of these lengths, all of one item around one address. */
export function reachOfPrefixes(lengths: readonly number[], family: 4 | 6): number {
  const bits = family === 4 ? 32 : 128;
  if (lengths.some((length) => length <= bits - 8)) return Reach.wide;
  return lengths.some((length) => length < bits) ? Reach.narrow : Reach.exact;
}
