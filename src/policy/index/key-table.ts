/** An open hash from short tuples of integers to the numbers 0, 1, 2, …, given in order of arrival. */
export interface KeyTables {
  /** Integers in a key. */
  readonly width: number;
  /** Key `n` is `keys[n * width..(n + 1) * width)`. */
  readonly keys: Int32Array;
  /** Key number + 1 by hash; 0 = free. The length is a power of two. */
  readonly slots: Int32Array;
}

/** The number of a key, -1 if it is not held. */
export function findKey(tables: KeyTables, key: readonly number[]): number {
  const { slots, keys, width } = tables;
  const mask = slots.length - 1;
  for (let slot = hashOf(key) & mask; ; slot = (slot + 1) & mask) {
    const number = (slots[slot] ?? 0) - 1;
    if (number < 0 || isAt(keys, number * width, key)) return number;
  }
}

export class KeyTableBuilder {
  readonly #width: number;
  readonly #numbers = new Map<string, number>();
  readonly #keys: number[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  add(key: readonly number[]): number {
    const text = key.map((part) => part | 0).join();
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    for (const part of key) this.#keys.push(part);
    return number;
  }

  finish(): KeyTables {
    const width = this.#width;
    const keys = Int32Array.from(this.#keys);
    const count = this.#numbers.size;
    let size = 16;
    while (size < count * 2) size *= 2;
    const slots = new Int32Array(size);
    for (let number = 0; number < count; number++) {
      const key = keys.subarray(number * width, (number + 1) * width);
      let slot = hashOf(key) & (size - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      slots[slot] = number + 1;
    }
    return { width, keys, slots };
  }
}

function hashOf(key: ArrayLike<number>): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ (key[i] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isAt(keys: Int32Array, start: number, key: readonly number[]): boolean {
  for (let i = 0; i < key.length; i++) {
    if (keys[start + i] !== ((key[i] ?? 0) | 0)) return false;
  }
  return true;
}
