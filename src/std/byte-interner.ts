// Hot: measured by bench/micro/records.bench.ts.

/** Slots looked at before giving up; with half the table empty only a crafted input needs so many. */
const PROBES_MAX = 64;
const SLOTS_AT_FIRST = 1024;
const WORDS_AT_FIRST = 16 * 1024;

/** A text of bytes under construction, as words so that hashing and comparing go four bytes a step. */
export interface ByteKey {
  readonly words: Int32Array;
  /** Words that belong to the key; the last is padded with zeros. */
  readonly length: number;
}

/**
 * Gives equal runs of bytes equal numbers, counted from 0. A hash finds the place and the bytes
 * themselves are compared, so that two runs never share a number.
 */
export class ByteInterner {
  readonly #wordsMax: number;
  /** Number of the run in each slot, plus one; 0 = empty. */
  #slots = new Int32Array(SLOTS_AT_FIRST);
  #words = new Int32Array(WORDS_AT_FIRST);
  /** Hash of each run. */
  #hashes: number[] = [];
  /** Where each run begins in `#words`; one more entry says where the last one ends. */
  #starts: number[] = [0];

  constructor(bytesMax: number) {
    this.#wordsMax = Math.ceil(bytesMax / 4);
  }

  get size(): number {
    return this.#hashes.length;
  }

  /** Number of the run, new or known; -1 = no room for a new one. */
  intern(key: ByteKey): number {
    const hash = hashOf(key);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let probes = 0; probes < PROBES_MAX; probes += 1) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) return this.#add(key, hash, slot);
      if (this.#hashes[number] === hash && this.#isRun(number, key)) return number;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  clear(): void {
    this.#slots = new Int32Array(SLOTS_AT_FIRST);
    this.#words = new Int32Array(WORDS_AT_FIRST);
    this.#hashes = [];
    this.#starts = [0];
  }

  #isRun(number: number, { words, length }: ByteKey): boolean {
    const start = this.#starts[number]!;
    if (this.#starts[number + 1]! - start !== length) return false;
    for (let i = 0; i < length; i += 1) {
      if (this.#words[start + i] !== words[i]) return false;
    }
    return true;
  }

  #add({ words, length }: ByteKey, hash: number, slot: number): number {
    const start = this.#starts[this.size]!;
    if (start + length > this.#wordsMax) return -1;
    while (start + length > this.#words.length) this.#words = doubled(this.#words);
    this.#words.set(words.subarray(0, length), start);
    this.#hashes.push(hash);
    this.#starts.push(start + length);
    this.#slots[slot] = this.size;
    if (2 * this.size > this.#slots.length) this.#grow();
    return this.size - 1;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let number = 0; number < this.size; number += 1) {
      let slot = this.#hashes[number]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function doubled(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * words.length);
  larger.set(words);
  return larger;
}

/** Mixes a word at a time as MurmurHash3 does. */
function hashOf({ words, length }: ByteKey): number {
  let hash = length;
  for (let i = 0; i < length; i += 1) {
    let word = Math.imul(words[i]!, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
