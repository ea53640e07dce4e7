import type { Address, Prefix } from '../../net/address.ts';
import { packLists } from './lists.ts';
import type { AddressSpaceTables } from './tables.ts';

/** One thing a prefix says of its addresses: sort (see `TagSort`) and number. */
export interface Tag {
  readonly sort: number;
  readonly number: number;
}

/**
 * Cuts both address spaces into classes: addresses in the same prefixes, as far as those say different things. A
 * class adds tags to the class around it, so that prefixes that nest deeply cost no copies.
 */
export class AddressSpaceBuilder {
  readonly #marks = new Map<string, Mark>();
  readonly #tags = new Map<string, number>();
  readonly #tagRows: { sort: number; number: number; length: number }[] = [];
  readonly #classes = new Map<string, number>();
  readonly #parents: number[] = [-1, -1];
  readonly #families: number[] = [4, 6];
  readonly #added: (readonly number[])[] = [[], []];

  add({ address, length }: Prefix, { sort, number }: Tag): void {
    const { family, words } = address;
    const key = `${family}:${words.join()}/${length}`;
    let mark = this.#marks.get(key);
    if (mark === undefined) {
      const bits = family === 4 ? length + 96 : length;
      mark = { family, start: masked(words, bits), length: bits, tags: new Set() };
      this.#marks.set(key, mark);
    }
    mark.tags.add(this.#tag(sort, number, length));
  }

  finish(): AddressSpaceTables {
    const v4 = this.#cut(4, 0);
    const v6 = this.#cut(6, 1);
    const classFree = Float64Array.from(this.#parents, () => 0);
    countAddresses(v4, 4, classFree);
    countAddresses(v6, 6, classFree);
    const starts4 = Uint32Array.from(v4, ({ start }) => start[3]);
    return {
      starts4,
      classes4: Int32Array.from(v4, (piece) => piece.class),
      first4: firstLevel(starts4),
      starts6: Uint32Array.from(v6.flatMap(({ start }) => start)),
      classes6: Int32Array.from(v6, (piece) => piece.class),
      classParent: Int32Array.from(this.#parents),
      classFamily: Uint8Array.from(this.#families),
      classTags: packLists(this.#added),
      classFree,
      tagSort: Uint8Array.from(this.#tagRows, ({ sort }) => sort),
      tagNumber: Int32Array.from(this.#tagRows, ({ number }) => number),
      tagLength: Uint8Array.from(this.#tagRows, ({ length }) => length),
    };
  }

  #tag(sort: number, number: number, length: number): number {
    // Only network sets are told apart by length: Felix names the set with the longest (semantics 6.1).
    const shown = sort === NETWORK_SET ? length : 0;
    const key = `${sort}:${number}:${shown}`;
    const known = this.#tags.get(key);
    if (known !== undefined) return known;
    const tag = this.#tagRows.length;
    this.#tags.set(key, tag);
    this.#tagRows.push({ sort, number, length: shown });
    return tag;
  }

  /** Prefixes either nest or are apart, so a stack of those that are open suffices. */
  #cut(family: 4 | 6, root: number): Piece[] {
    const pieces: Piece[] = [{ start: [0, 0, 0, 0], class: root }];
    const open: { readonly end: Words; readonly class: number }[] = [];
    const marks = [...this.#marks.values()].filter((mark) => mark.family === family);
    marks.sort((a, b) => compareWords(a.start, b.start) || a.length - b.length);
    const closeBefore = (start: Words | null): void => {
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
        if (start !== null && compareWords(top.end, start) >= 0) return;
        open.pop();
        const next = successor(top.end, family);
        if (next !== null) put(pieces, { start: next, class: open.at(-1)?.class ?? root });
      }
    };
    for (const mark of marks) {
      closeBefore(mark.start);
      const inner = this.#classWithin(open.at(-1)?.class ?? root, [...mark.tags]);
      open.push({ end: lastOf(mark.start, mark.length), class: inner });
      put(pieces, { start: mark.start, class: inner });
    }
    closeBefore(null);
    return pieces.filter((piece, i) => pieces[i - 1]?.class !== piece.class);
  }

  #classWithin(parent: number, tags: readonly number[]): number {
    const key = `${parent}:${tags.toSorted((a, b) => a - b).join()}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const fresh = tags.filter((tag) => !this.#has(parent, tag));
    const number = fresh.length === 0 ? parent : this.#classFor(parent, fresh);
    this.#classes.set(key, number);
    return number;
  }

  #classFor(parent: number, fresh: readonly number[]): number {
    this.#parents.push(parent);
    this.#families.push(this.#families[parent] ?? 4);
    this.#added.push([...fresh]);
    return this.#parents.length - 1;
  }

  #has(at: number, tag: number): boolean {
    for (let one = at; one >= 0; one = this.#parents[one] ?? -1) {
      if (this.#added[one]?.includes(tag) === true) return true;
    }
    return false;
  }
}

/** The class of an address. */
export function classOf(space: AddressSpaceTables, { family, words }: Address): number {
  return family === 4 ? classOf4(space, words[3]) : classOf6(space, words);
}

type Words = Address['words'];

interface Mark {
  readonly family: 4 | 6;
  readonly start: Words;
  /** Leading bits of all 128. */
  readonly length: number;
  readonly tags: Set<number>;
}

interface Piece {
  readonly start: Words;
  readonly class: number;
}

const NETWORK_SET = 1;
const FIRST_LEVEL = 65_536;

function classOf4({ starts4, classes4, first4 }: AddressSpaceTables, word: number): number {
  const block = word >>> 16;
  let low = first4[block]!;
  let high = first4[block + 1]!;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts4[middle]! <= word) low = middle;
    else high = middle - 1;
  }
  return classes4[low]!;
}

function classOf6({ starts6, classes6 }: AddressSpaceTables, words: Words): number {
  let low = 0;
  let high = classes6.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (startsAtOrBefore(starts6, middle * 4, words)) low = middle;
    else high = middle - 1;
  }
  return classes6[low]!;
}

function startsAtOrBefore(starts: Uint32Array, at: number, words: Words): boolean {
  for (let i = 0; i < 4; i++) {
    const difference = starts[at + i]! - words[i]!;
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** For every /16 the last interval that starts at or before its first address; one entry more for the end. */
function firstLevel(starts: Uint32Array): Int32Array {
  const last = starts.length - 1;
  const first = new Int32Array(FIRST_LEVEL + 1).fill(last);
  for (let interval = 0; interval < last; interval++) {
    first.fill(interval, blockFrom(starts[interval]!), blockFrom(starts[interval + 1]!));
  }
  return first;
}

/** The first /16 that begins at the address or after it. */
function blockFrom(address: number): number {
  return Math.ceil(address / FIRST_LEVEL);
}

function put(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  if (last !== undefined && compareWords(last.start, piece.start) === 0) pieces.pop();
  pieces.push(piece);
}

function countAddresses(pieces: readonly Piece[], family: 4 | 6, counts: Float64Array): void {
  const end: Words = family === 4 ? [0, 0, 1, 0] : [2 ** 32, 0, 0, 0];
  pieces.forEach((piece, i) => {
    const next = pieces[i + 1]?.start ?? end;
    const size = next.reduce((sum, word, at) => sum * 2 ** 32 + word - piece.start[at]!, 0);
    counts[piece.class] = (counts[piece.class] ?? 0) + size;
  });
}

function masked(words: Words, length: number): Words {
  return mapWords(words, (word, i) => (word & maskOf(length - i * 32)) >>> 0);
}

function lastOf(words: Words, length: number): Words {
  return mapWords(words, (word, i) => (word | ~maskOf(length - i * 32)) >>> 0);
}

/** The mask of a word of which `length` leading bits count. */
function maskOf(length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? 0xffffffff : ~(0xffffffff >>> length);
}

function mapWords([a, b, c, d]: Words, change: (word: number, i: number) => number): Words {
  return [change(a, 0), change(b, 1), change(c, 2), change(d, 3)];
}

/** The next address, null beyond the end of the family's space. */
function successor(words: Words, family: 4 | 6): Words | null {
  const next = [...words];
  for (let i = 3; i >= (family === 4 ? 3 : 0); i--) {
    if (next[i] !== 0xffffffff) {
      next[i] = (next[i] ?? 0) + 1;
      return [next[0] ?? 0, next[1] ?? 0, next[2] ?? 0, next[3] ?? 0];
    }
    next[i] = 0;
  }
  return null;
}

function compareWords(a: Words, b: Words): number {
  for (let i = 0; i < 4; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
