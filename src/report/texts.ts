// Hot: asked for both names of every record that is unlike all before.

/**
 * Gives equal texts one number, from 0, and keeps them as bytes one after the other: there may be hundreds of thousands,
 * and objects of them would take three times the memory. What is no Unicode is read as U+FFFD.
 */
export class Texts {
  #bytes = Buffer.alloc(0);
  /** Where the bytes of each number end. */
  #ends = new Uint32Array(0);
  #count = 0;
  /** Numbers, from 1, each at the first free place from its hash on; 0 = free. A power of two of them. */
  #slots = new Uint32Array(0);

  numberOf(text: string): number {
    this.#makeRoom(MOST_BYTES_OF_A_CHARACTER * text.length);
    const start = this.#startOf(this.#count);
    const end = start + this.#bytes.write(text, start);
    const slot = this.#slotOf(start, end);
    const known = this.#slots[slot]!;
    if (known !== 0) return known - 1;
    const number = this.#count;
    this.#ends[number] = end;
    this.#count += 1;
    this.#slots[slot] = this.#count;
    return number;
  }

  /** @throws RangeError if nothing has that number */
  of(number: number): string {
    if (number < 0 || number >= this.#count) {
      throw new RangeError(`no text has the number ${number}`);
    }
    return this.#bytes.toString('utf8', this.#startOf(number), this.#ends[number]);
  }

  forget(): void {
    this.#bytes = Buffer.alloc(0);
    this.#ends = new Uint32Array(0);
    this.#slots = new Uint32Array(0);
    this.#count = 0;
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : this.#ends[number - 1]!;
  }

  /** Where these bytes are, or belong. */
  #slotOf(start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(this.#bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0 || this.#isAt(number, start, end)) return slot;
    }
  }

  #isAt(number: number, start: number, end: number): boolean {
    const [from, to] = [this.#startOf(number), this.#ends[number]!];
    return (
      to - from === end - start && this.#bytes.compare(this.#bytes, start, end, from, to) === 0
    );
  }

  #makeRoom(size: number): void {
    const used = this.#startOf(this.#count);
    if (used + size > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.ceil(GROWTH * (used + size)) + BYTES_AT_FIRST);
      this.#bytes.copy(bytes, 0, 0, used);
      this.#bytes = bytes;
    }
    if (this.#count < this.#ends.length) return;
    const ends = new Uint32Array(Math.max(TEXTS_AT_FIRST, 2 * this.#ends.length));
    ends.set(this.#ends);
    this.#ends = ends;
    this.#slots = new Uint32Array(2 * ends.length);
    for (let number = 0; number < this.#count; number += 1) {
      this.#slots[this.#slotOf(this.#startOf(number), ends[number]!)] = number + 1;
    }
  }
}

const MOST_BYTES_OF_A_CHARACTER = 3;
const GROWTH = 1.5;
const BYTES_AT_FIRST = 4096;
/** A power of two. */
const TEXTS_AT_FIRST = 256;

/** FNV-1a, and what differs in high bits only shall differ in low ones, too. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}
