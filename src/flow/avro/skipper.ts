// Hot: measured by bench/micro/avro.bench.ts.
import { Field, FIELD_COUNT } from '../dialects/fields.ts';
import type { ScanLimits } from '../dialects/json-scanner.ts';
import { unreadable } from '../dialects/unreadable.ts';
import type { Unreadable } from '../dialects/unreadable.ts';
import { Op } from './program.ts';
import type { Program } from './program.ts';
import { readLong, varintEnd } from './varint.ts';

/**
 * Finds where the fields of an Avro record are, without making an object or a text of it. Every length,
 * count, branch and symbol is checked before it is followed; the encoding of texts is not.
 */
export class Skipper {
  /** Of the last scan, by `Field`. */
  readonly offsets = new Int32Array(2 * FIELD_COUNT);
  readonly #limits: ScanLimits;
  #program: Program = NO_PROGRAM;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #depth = 0;
  /** The number read last. */
  #number = 0;
  #failedAt = 0;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  /** Fills `offsets` from the record that lies from `start` up to the end of the bytes. */
  scan(program: Program, bytes: Uint8Array, start: number): Unreadable | null {
    const end = this.#record(program, bytes, start);
    if (end < 0) return this.#explain(end);
    this.offsets[2 * Field.record] = start;
    this.offsets[2 * Field.record + 1] = end;
    return end === bytes.length ? null : this.#explain(this.#fail(MALFORMED, end));
  }

  /** Where the record that begins at `at` ends, in bytes that may hold more. */
  recordEnd(program: Program, bytes: Uint8Array, at: number): number | Unreadable {
    const end = this.#record(program, bytes, at);
    return end < 0 ? this.#explain(end) : end;
  }

  #record(program: Program, bytes: Uint8Array, start: number): number {
    this.#program = program;
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.offsets.fill(-1);
    this.#depth = 0;
    return this.#fields(program.root, start);
  }

  // Each of the following takes where something begins and returns where it ends, or a failure < 0.

  #value(row: number, at: number): number {
    switch (this.#program.ops[row]!) {
      case Op.text:
        return this.#text(at);
      case Op.long:
        return this.#long(at);
      case Op.union:
        return this.#union(row, at);
      case Op.record:
        return this.#fields(row, at);
      case Op.array:
      case Op.map:
        return this.#blocks(row, at);
      default:
        return this.#scalar(row, at);
    }
  }

  #scalar(row: number, at: number): number {
    const { ops, sizes } = this.#program;
    switch (ops[row]!) {
      case Op.bytes:
        return this.#take(at, sizes[row]!);
      case Op.boolean:
        return this.#bytes[at]! > 1 ? this.#fail(MALFORMED, at) : this.#take(at, 1);
      case Op.int:
        return this.#int(at);
      case Op.enum: {
        const next = this.#long(at);
        return next >= 0 && !this.#isBelow(sizes[row]!) ? this.#fail(MALFORMED, at) : next;
      }
      default: {
        const next = this.#length(at);
        return next < 0 ? next : this.#take(next, this.#number);
      }
    }
  }

  #fields(row: number, at: number): number {
    if (!this.#enter()) return this.#fail(TOO_DEEP, at);
    const { sizes, firsts, rows, fields } = this.#program;
    const first = firsts[row]!;
    const last = first + sizes[row]!;
    let next = at;
    for (let child = first; child < last; child += 1) {
      const start = next;
      next = this.#value(rows[child]!, start);
      if (next < 0) return next;
      const field = fields[child]!;
      if (field >= 0) {
        this.offsets[2 * field] = start;
        this.offsets[2 * field + 1] = next;
      }
    }
    this.#depth -= 1;
    return next;
  }

  #union(row: number, at: number): number {
    const { sizes, firsts, rows } = this.#program;
    const next = this.#long(at);
    if (next < 0) return next;
    if (!this.#isBelow(sizes[row]!)) return this.#fail(MALFORMED, at);
    return this.#value(rows[firsts[row]! + this.#number]!, next);
  }

  /** An array or a map. */
  #blocks(row: number, at: number): number {
    if (!this.#enter()) return this.#fail(TOO_DEEP, at);
    const isMap = this.#program.ops[row] === Op.map;
    const most = isMap ? this.#limits.mapMembers : this.#limits.listItems;
    let items = 0;
    let next = this.#long(at);
    while (next >= 0 && this.#number !== 0) {
      items += Math.abs(this.#number);
      if (items > most) return this.#fail(isMap ? TOO_MANY_MEMBERS : TOO_MANY_ITEMS, at);
      next = this.#block(row, next, this.#number);
      if (next >= 0) next = this.#long(next);
    }
    this.#depth -= 1;
    return next;
  }

  /** The items of one block; of a negative count of them their size comes first. */
  #block(row: number, at: number, count: number): number {
    if (count > 0) return this.#items(row, at, count);
    const first = this.#length(at);
    if (first < 0) return first;
    const end = first + this.#number;
    const next = this.#items(row, first, -count);
    // Whoever skips a block by its size must come to the same place.
    return next < 0 || next === end ? next : this.#fail(MALFORMED, at);
  }

  #items(row: number, at: number, count: number): number {
    const { ops, firsts } = this.#program;
    const isMap = ops[row] === Op.map;
    const item = firsts[row]!;
    if (!isMap && item < 0) return at;
    let next = at;
    for (let i = 0; i < count; i += 1) {
      if (isMap) next = this.#text(next);
      if (next >= 0 && item >= 0) next = this.#value(item, next);
      if (next < 0) return next;
    }
    return next;
  }

  #text(at: number): number {
    const next = this.#length(at);
    if (next < 0) return next;
    if (this.#number > this.#limits.textBytes) return this.#fail(TOO_LARGE, at);
    return this.#take(next, this.#number);
  }

  #length(at: number): number {
    const next = this.#long(at);
    return next >= 0 && this.#number < 0 ? this.#fail(MALFORMED, at) : next;
  }

  #int(at: number): number {
    const next = this.#long(at);
    return next >= 0 && this.#number !== (this.#number | 0) ? this.#fail(OUT_OF_RANGE, at) : next;
  }

  #long(at: number): number {
    const byte = this.#bytes[at]!;
    if (byte < 0x80) {
      this.#number = (byte >>> 1) ^ -(byte & 1);
      return at + 1;
    }
    const next = varintEnd(this.#bytes, at, this.#end);
    if (next < 0) return this.#fail(next === -1 ? TRUNCATED : OUT_OF_RANGE, at);
    this.#number = readLong(this.#bytes, at);
    return next;
  }

  #take(at: number, size: number): number {
    const next = at + size;
    return next > this.#end ? this.#fail(TRUNCATED, this.#end) : next;
  }

  #isBelow(count: number): boolean {
    return this.#number >= 0 && this.#number < count;
  }

  #enter(): boolean {
    this.#depth += 1;
    return this.#depth <= this.#limits.recordDepth;
  }

  #fail(code: number, at: number): number {
    this.#failedAt = Math.min(at, this.#end);
    return code;
  }

  #explain(code: number): Unreadable {
    const { reason, limit } = failures[-code - 1] ?? failures[0];
    return unreadable(reason, `at byte ${this.#failedAt}`, limit);
  }
}

const NO_NUMBERS = new Int32Array(0);
const NO_PROGRAM: Program = {
  root: 0,
  ops: NO_NUMBERS,
  sizes: NO_NUMBERS,
  firsts: NO_NUMBERS,
  rows: NO_NUMBERS,
  fields: NO_NUMBERS,
};

const failures = [
  { reason: 'not_a_record', limit: null },
  { reason: 'truncated', limit: null },
  { reason: 'too_deep', limit: 'recordDepth' },
  { reason: 'too_many_items', limit: 'listItems' },
  { reason: 'too_many_items', limit: 'mapMembers' },
  { reason: 'too_large', limit: 'textBytes' },
  { reason: 'number_out_of_range', limit: null },
] as const;
const MALFORMED = -1;
const TRUNCATED = -2;
const TOO_DEEP = -3;
const TOO_MANY_ITEMS = -4;
const TOO_MANY_MEMBERS = -5;
const TOO_LARGE = -6;
const OUT_OF_RANGE = -7;
