import { YES, type Ternary } from '../../std/ternary.ts';
import type { TernaryBits } from './ternary-bits.ts';
import { Reach } from './reach.ts';

/** An item's answers to the selectors, and how it comes to the address in question. */
export interface Reached {
  readonly answers: TernaryBits;
  /** `Reach`. */
  readonly reach: number;
  readonly certainty: Ternary;
}

/**
 * Overwrites what was found from word `offset` on with what Calico's checker finds where prefixes lie narrow
 * (see `Reach`). Returns the columns in which the dataplane may find more.
 */
export function findAsChecker(
  found: TernaryBits,
  offset: number,
  items: readonly Reached[],
): Int32Array {
  const words = items[0]?.answers.yes.length ?? 0;
  const wide = gather(items, Reach.wide, words);
  const narrow = gather(items, Reach.narrow, words);
  const exact = gather(items, Reach.exact, words);
  const missed = new Int32Array(words);
  for (let i = 0; i < words; i++) {
    const yes = wide.yes[i]! | (exact.yes[i]! & ~narrow.possible[i]!);
    const possible = wide.possible[i]! | (exact.possible[i]! & ~narrow.yes[i]!);
    found.yes[offset + i] = yes;
    found.maybe[offset + i] = possible & ~yes;
    missed[i] = narrow.possible[i]! & ~yes;
  }
  return missed;
}

interface Gathered {
  readonly yes: Int32Array;
  /** Yes or maybe. */
  readonly possible: Int32Array;
}

function gather(items: readonly Reached[], reach: number, words: number): Gathered {
  const yes = new Int32Array(words);
  const possible = new Int32Array(words);
  for (const { answers, certainty } of items.filter((item) => item.reach === reach)) {
    for (let i = 0; i < words; i++) {
      if (certainty === YES) yes[i] = yes[i]! | answers.yes[i]!;
      possible[i] = possible[i]! | answers.yes[i]! | answers.maybe[i]!;
    }
  }
  return { yes, possible };
}
