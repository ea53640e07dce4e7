import { YES, type Ternary } from '../../std/ternary.ts';
import type { TernaryBits } from './bits.ts';

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

/** Which selectors have an item at an address, by the way in which it comes there. */
export class Members {
  readonly #yes: readonly Int32Array[];
  readonly #possible: readonly Int32Array[];

  constructor(words: number) {
    const rows = () => Array.from({ length: REACHES }, () => new Int32Array(words));
    this.#yes = rows();
    this.#possible = rows();
  }

  add(answers: TernaryBits, reach: number, certainty: Ternary): void {
    const yes = this.#yes[reach]!;
    const possible = this.#possible[reach]!;
    for (let i = 0; i < answers.yes.length; i++) {
      if (certainty === YES) yes[i] = yes[i]! | answers.yes[i]!;
      possible[i] = possible[i]! | answers.yes[i]! | answers.maybe[i]!;
    }
  }

  /** Writes what the checker finds. */
  find(found: TernaryBits, offset: number): void {
    const [wide, narrow, exact] = [Reach.wide, Reach.narrow, Reach.exact];
    for (let i = 0; i < this.#yes[wide]!.length; i++) {
      const yes = this.#yes[wide]![i]! | (this.#yes[exact]![i]! & ~this.#possible[narrow]![i]!);
      const possible =
        this.#possible[wide]![i]! | (this.#possible[exact]![i]! & ~this.#yes[narrow]![i]!);
      found.yes[offset + i] = yes;
      found.maybe[offset + i] = possible & ~yes;
    }
  }

  /** Where the checker does not find what the dataplane may, the answer is left open. Returns those columns. */
  openMissed(found: TernaryBits, offset: number): Int32Array {
    const missed = this.#possible[Reach.narrow]!.map((word, i) => word & ~found.yes[offset + i]!);
    missed.forEach((word, i) => {
      found.maybe[offset + i] = found.maybe[offset + i]! | word;
    });
    return missed;
  }
}
