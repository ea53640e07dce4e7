// Hot: measured by bench/micro/records.bench.ts.
import { assert } from '../../std/assert.ts';
import {
  compileWasm,
  createWasmMemory,
  instantiateWasm,
  WASM_PAGE,
  WASM_PAGES_MAX,
} from '../../std/web-assembly.ts';
import type { WasmModule } from '../../std/web-assembly.ts';
import { Field, FIELD_COUNT, judgedParts } from './fields.ts';
import { recordCoreModule } from './record-core-module.ts';
import type { RecordLimits } from './unreadable.ts';
import type { Shape, ShapeMember } from './shape.ts';

export type CoreLimits = Pick<
  RecordLimits,
  'recordBytes' | 'recordDepth' | 'listItems' | 'mapMembers' | 'textBytes'
>;

/** Of a record in the core. `odd`: only the other scanner can tell; `not-ascii`: its bytes may be no UTF-8. */
export type CoreScan = 'ascii' | 'not-ascii' | 'odd';

/**
 * Scans JSON records and recognises records by the bytes that a judgement reads, in a module of
 * WebAssembly made of `assembly/`: the same answers as `JsonScanner` and a map by bytes, at a third of
 * the cost. It holds one record at a time.
 */
export class RecordCore {
  /** Of the record in the core, by `Field`. */
  readonly offsets: Int32Array;
  readonly #memory: Buffer;
  readonly #words: DataView;
  readonly #exports: CoreExports;
  readonly #lists: number;
  #length = 0;
  /** Where the next list or shape goes. */
  #free = LISTS;

  /** `roomBytes` is for what records are recognised by. */
  constructor(limits: CoreLimits, roomBytes: number) {
    const room = RECORD + limits.recordBytes + PADDING;
    const pages = Math.min(WASM_PAGES_MAX, Math.ceil((room + roomBytes) / WASM_PAGE));
    const memory = createWasmMemory(pages);
    this.#memory = Buffer.from(memory.buffer);
    this.#words = new DataView(memory.buffer);
    this.offsets = new Int32Array(memory.buffer, 0, 2 * FIELD_COUNT);
    compiled ??= compileWasm(recordCoreModule);
    const exports = instantiateWasm(compiled, memory);
    assert(isCore(exports), 'a module that is not made of `assembly/`');
    this.#exports = exports;
    const { recordDepth, listItems, mapMembers, textBytes } = limits;
    this.#exports.setLimits(Math.min(recordDepth, DEPTH_MAX), listItems, mapMembers, textBytes);
    this.#exports.setRoom(room, Math.min(room + Math.ceil(roomBytes), pages * WASM_PAGE));
    const lists = [judgedParts.source, judgedParts.destination, judgedParts.rest].map((names) =>
      this.#addFields(names.map((name) => Field[name])),
    );
    this.#lists = this.#addNumbers(lists);
  }

  /** What to pass to `scan`; `null` = a shape that only the other scanner can follow. */
  addShape(shape: Shape): number | null {
    return isSimple(shape) ? this.#addShape(shape) : null;
  }

  /** Takes over a record of at most `limits.recordBytes`. */
  place(bytes: Buffer): void {
    bytes.copy(this.#memory, RECORD);
    this.#length = bytes.length;
  }

  /** Takes over a record that was scanned elsewhere. */
  placeScanned(bytes: Buffer, offsets: Int32Array): void {
    this.place(bytes);
    this.offsets.set(offsets);
  }

  /** Fills `offsets` of the record placed, unless it is odd. */
  scan(shape: number): CoreScan {
    return outcomes[this.#exports.scan(this.#length, shape, FIELD_COUNT, Field.record)] ?? 'odd';
  }

  /**
   * A number from 0 for all that a judgement reads of the record placed, by its bytes, and for two
   * numbers besides. Equal numbers mean equal bytes. -1 = no room for what is new.
   */
  numberOf(timeClass: number, form: number): number {
    return this.#exports.numberOf(this.#lists, timeClass, form);
  }

  /** Numbers begin at 0 again. */
  forgetAll(): void {
    this.#exports.forgetAll();
  }

  #addShape(shape: Shape): number {
    const at = this.#take(2 * (NAME_BYTES_MAX + 1));
    const members = [...shape.membersByName.values()].map((member) => ({
      member,
      at: this.#addMember(member, at),
    }));
    for (const { member, at: entry } of members) {
      if (member.shape === null) continue;
      this.#words.setUint32(entry + 4, this.#addShape(member.shape), true);
      this.#words.setUint32(entry + 8, this.#addFields(member.fields), true);
    }
    return at;
  }

  /** The first member of each length is in the shape, any other in the one before it. */
  #addMember({ name, field }: ShapeMember, shape: number): number {
    const at = this.#take(NAME + name.length + PADDING);
    const first = shape + 2 * name.length;
    this.#words.setUint16(at, this.#words.getUint16(first, true), true);
    this.#words.setUint16(first, at - shape, true);
    this.#words.setInt16(at + 2, field, true);
    this.#memory.set(name, at + NAME);
    return at;
  }

  #addFields(fields: readonly number[]): number {
    return this.#addNumbers([fields.length, ...fields]);
  }

  #addNumbers(numbers: readonly number[]): number {
    const at = this.#take(4 * numbers.length);
    for (const [i, number] of numbers.entries()) this.#words.setUint32(at + 4 * i, number, true);
    return at;
  }

  #take(bytes: number): number {
    const at = this.#free;
    this.#free += Math.ceil(bytes / 4) * 4;
    if (this.#free > RECORD) throw new RangeError('the shapes of records need more room');
    return at;
  }
}

interface CoreExports {
  scan(length: number, shape: number, fields: number, record: number): number;
  setLimits(depth: number, items: number, members: number, textBytes: number): void;
  setRoom(from: number, to: number): void;
  numberOf(lists: number, timeClass: number, form: number): number;
  forgetAll(): void;
}

// As in `assembly/layout.ts`.
const LISTS = 2048;
const RECORD = 131_072;
const NAME = 12;
const NAME_BYTES_MAX = 63;
/** Read beyond the end of what lies there. */
const PADDING = 16;

/** A nesting that the module's stack holds with ease; beyond it a record is odd. */
const DEPTH_MAX = 128;

const outcomes: readonly CoreScan[] = ['odd', 'ascii', 'not-ascii'];

let compiled: WasmModule | null = null;

function isCore(exports: object): exports is CoreExports {
  return ['scan', 'setLimits', 'setRoom', 'numberOf', 'forgetAll'].every((name) => name in exports);
}

function isSimple({ membersByName }: Shape): boolean {
  return [...membersByName.values()].every(
    ({ name, shape }) => name.length <= NAME_BYTES_MAX && (shape === null || isSimple(shape)),
  );
}
