// Hot: measured by bench/micro/records.bench.ts.

type Tuple = readonly [a: number, b: number, c: number, d: number, e: number];

const WIDTH = 6;
const SLOTS_AT_FIRST = 1024;

/** A map from five whole numbers to one from 0, in one flat array. */
export class TupleTable {
  readonly #entriesMax: number;
  /** A slot is the five numbers and the value plus one; 0 there = empty. */
  #cells = new Int32Array(WIDTH * SLOTS_AT_FIRST);
  #size = 0;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#size;
  }

  /** -1 = not there. */
  get(tuple: Tuple): number {
    return this.#cells[this.#cellOf(tuple) + WIDTH - 1]! - 1;
  }

  /** False = no room. The tuple must not be there yet. */
  add(tuple: Tuple, value: number): boolean {
    if (this.#size >= this.#entriesMax) return false;
    if (2 * WIDTH * this.#size >= this.#cells.length) this.#grow();
    const cell = this.#cellOf(tuple);
    this.#cells.set(tuple, cell);
    this.#cells[cell + WIDTH - 1] = value + 1;
    this.#size += 1;
    return true;
  }

  clear(): void {
    this.#cells = new Int32Array(WIDTH * SLOTS_AT_FIRST);
    this.#size = 0;
  }

  /** Where the tuple is or would go; half of the slots are empty, so that there is a place. */
  #cellOf(tuple: Tuple): number {
    const cells = this.#cells;
    const mask = cells.length / WIDTH - 1;
    for (let slot = hashOf(tuple) & mask; ; slot = (slot + 1) & mask) {
      const cell = WIDTH * slot;
      if (cells[cell + WIDTH - 1] === 0) return cell;
      const isIt =
        cells[cell] === tuple[0] &&
        cells[cell + 1] === tuple[1] &&
        cells[cell + 2] === tuple[2] &&
        cells[cell + 3] === tuple[3] &&
        cells[cell + 4] === tuple[4];
      if (isIt) return cell;
    }
  }

  #grow(): void {
    const before = this.#cells;
    this.#cells = new Int32Array(2 * before.length);
    for (let cell = 0; cell < before.length; cell += WIDTH) {
      if (before[cell + WIDTH - 1] === 0) continue;
      const [a, b, c, d, e] = before.subarray(cell, cell + WIDTH - 1);
      this.#cells.set(before.subarray(cell, cell + WIDTH), this.#cellOf([a!, b!, c!, d!, e!]));
    }
  }
}

function hashOf(tuple: Tuple): number {
  let hash = Math.imul(tuple[0], 0x9e3779b1) ^ Math.imul(tuple[1], 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ Math.imul(tuple[2], 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 13), 0x165667b1) ^ tuple[3] ^ (tuple[4] << 16);
  return hash ^ (hash >>> 16);
}
