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
import { AnswerRoom, type Answer } from './answer-room.ts';
import { Field, FIELD_COUNT, judgedParts } from './fields.ts';
import { PORT_TABLES_BYTES, portRow, PortTables, portWays } from './port-tables.ts';
import type { PortWriting } from './port-tables.ts';
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
  /** Of the record last scanned in the core, by `Field`. */
  readonly offsets: Int32Array;
  /**
   * Of the record last numbered: the numbers of its source, destination and rest, the two numbers besides,
   * and the classes of its ports, -1 = not there, -2 = its bytes count.
   */
  readonly tuple: Int32Array;
  /** All memory of the module, and the same as numbers. */
  readonly memory: Buffer;
  readonly words: DataView;
  /** Where the lists are of the fields that a judgement reads, one by one: of JSON, and of any form. */
  readonly lists: number;
  readonly listsOfBytes: number;
  readonly ports: PortTables;
  /** First byte of what the lane has to itself. */
  readonly lane: number;
  readonly #exports: CoreExports;
  readonly #answers: AnswerRoom;
  #length = 0;
  /** Where the next list or shape goes. */
  #free = LISTS;

  /** `roomBytes` is for what records are recognised by, `answerBytes` for what is written into them. */
  constructor(limits: CoreLimits, { roomBytes, answerBytes }: CoreRoom) {
    const ports = Math.ceil((RECORD + limits.recordBytes + PADDING) / 2) * 2;
    const room = ports + PORT_TABLES_BYTES;
    const own = Math.ceil(roomBytes) + Math.ceil(answerBytes) + LANE_BYTES;
    const pages = Math.min(WASM_PAGES_MAX, Math.ceil((room + own) / WASM_PAGE));
    const memory = createWasmMemory(pages);
    this.memory = Buffer.from(memory.buffer);
    this.words = new DataView(memory.buffer);
    this.lane = pages * WASM_PAGE - LANE_BYTES;
    const answers = Math.max(room, this.lane - Math.ceil(answerBytes));
    this.#answers = new AnswerRoom(this.memory, answers, this.lane);
    this.offsets = new Int32Array(memory.buffer, 0, 2 * FIELD_COUNT);
    this.tuple = new Int32Array(memory.buffer, TUPLE, TUPLE_NUMBERS);
    compiled ??= compileWasm(recordCoreModule);
    const exports = instantiateWasm(compiled, memory);
    assert(isCore(exports), 'a module that is not made of `assembly/`');
    this.#exports = exports;
    const { recordDepth, listItems, mapMembers, textBytes } = limits;
    this.#exports.setLimits(Math.min(recordDepth, DEPTH_MAX), listItems, mapMembers, textBytes);
    this.#exports.setRoom(room, Math.min(room + Math.ceil(roomBytes), answers));
    this.#exports.setPortClasses(ports);
    this.ports = new PortTables(memory.buffer, ports);
    const { source, destination, rest } = judgedParts;
    const spans = [source, destination, rest].map((names) =>
      names.map((name): Span => [Field[name], Field[name]]),
    );
    this.lists = this.addLists(spans, portWays.digits);
    this.listsOfBytes = this.addLists(spans, portWays.bytes);
  }

  /** What tells records apart: the spans of source, destination and rest, and both ports, for `numberOf`. */
  addLists(
    parts: readonly (readonly Span[])[],
    sourcePort: PortWriting,
    destPort: PortWriting = sourcePort,
  ): number {
    const lists = parts.map((spans) =>
      this.#addNumbers([spans.length, ...spans.flatMap((span) => span.map((field) => 8 * field))]),
    );
    const ports = [portRow(Field.sourcePort, sourcePort), portRow(Field.destPort, destPort)];
    return this.#addNumbers([...lists, ...ports.flat()]);
  }

  /** What to pass to `scan`; `null` = a shape that only the other scanner can follow. */
  addShape(shape: Shape): number | null {
    return isSimple(shape) ? this.#addShape(shape) : null;
  }

  /** Takes over a record of at most `limits.recordBytes`. */
  place(bytes: Buffer): void {
    bytes.copy(this.memory, RECORD);
    this.#length = bytes.length;
  }

  /** Takes over a record that was scanned elsewhere. */
  placeScanned(bytes: Buffer, offsets: Int32Array): void {
    this.place(bytes);
    this.offsets.set(offsets);
    this.#exports.usePlaced();
  }

  /** Fills `offsets` of the record placed, unless it is odd. */
  scan(shape: number): CoreScan {
    return outcomes[this.#exports.scan(this.#length, shape, FIELD_COUNT, Field.record)] ?? 'odd';
  }

  /**
   * A number from 0 for all that a judgement reads of the record placed, by its bytes as the lists give
   * them and the classes of its ports, and for two numbers besides. Equal numbers mean equal bytes but for
   * ports of one class. -1 = no room for what is new.
   */
  numberOf(lists: number, timeClass: number, form: number): number {
    return this.#exports.numberOf(lists, timeClass, form);
  }

  /** Numbers begin at 0 again, and answers are gone. */
  forgetAll(): void {
    this.#exports.forgetAll();
    this.#answers.empty();
  }

  /** Where the answer is kept; 0 = there is no room. */
  keep(answer: Answer): number {
    return this.#answers.keep(answer);
  }

  /** The lane gives this answer, by where it is kept, to records like the one last numbered. */
  link(answer: number): void {
    this.#exports.linkWhole(answer);
  }

  /** Takes records from the first up to the last as far as it goes: see `assembly/lane.ts`. */
  judge(from: number, to: number): number {
    return this.#exports.judge(from, to);
  }

  /** Goes on with the record that it stopped at, which an answer was linked to since. */
  resume(from: number, to: number): number {
    return this.#exports.resume(from, to);
  }

  /** Whether so many bytes can be reserved. */
  hasRoom(bytes: number): boolean {
    return this.#free + bytes + PADDING <= RECORD;
  }

  /** Bytes that stay where they are for as long as the core. @throws RangeError if there is no room */
  reserve(bytes: number): number {
    return this.#take(bytes + PADDING);
  }

  /** Keeps a text for as long as the core, and returns where. @throws RangeError if there is no room */
  keepText(text: Uint8Array): number {
    const at = this.reserve(text.length);
    this.memory.set(text, at);
    return at;
  }

  #addShape(shape: Shape): number {
    const at = this.#take(2 * (NAME_BYTES_MAX + 1));
    const members = [...shape.membersByName.values()].map((member) => ({
      member,
      at: this.#addMember(member, at),
    }));
    for (const { member, at: entry } of members) {
      if (member.shape === null) continue;
      this.words.setUint32(entry + 4, this.#addShape(member.shape), true);
      this.words.setUint32(entry + 8, this.#addFields(member.fields), true);
    }
    return at;
  }

  /** The first member of each length is in the shape, any other in the one before it. */
  #addMember({ name, field }: ShapeMember, shape: number): number {
    const at = this.#take(NAME + name.length + PADDING);
    const first = shape + 2 * name.length;
    this.words.setUint16(at, this.words.getUint16(first, true), true);
    this.words.setUint16(first, at - shape, true);
    this.words.setInt16(at + 2, field, true);
    this.memory.set(name, at + NAME);
    return at;
  }

  #addFields(fields: readonly number[]): number {
    return this.#addNumbers([fields.length, ...fields]);
  }

  #addNumbers(numbers: readonly number[]): number {
    const at = this.#take(4 * numbers.length);
    for (const [i, number] of numbers.entries()) this.words.setUint32(at + 4 * i, number, true);
    return at;
  }

  #take(bytes: number): number {
    const at = this.#free;
    this.#free += Math.ceil(bytes / 4) * 4;
    if (this.#free > RECORD) throw new RangeError('the shapes of records need more room');
    return at;
  }
}

/** From where one field begins up to where another, or the same, ends. */
export type Span = readonly [from: number, to: number];

/** Bytes of memory, for what comes and goes with the policies. */
export interface CoreRoom {
  readonly roomBytes: number;
  readonly answerBytes: number;
}

interface CoreExports {
  judge(from: number, to: number): number;
  resume(from: number, to: number): number;
  linkWhole(answer: number): void;
  usePlaced(): void;
  scan(length: number, shape: number, fields: number, record: number): number;
  setLimits(depth: number, items: number, members: number, textBytes: number): void;
  setRoom(from: number, to: number): void;
  setPortClasses(at: number): void;
  numberOf(lists: number, timeClass: number, form: number): number;
  forgetAll(): void;
}

/** What the lane reads and writes in: see `src/stage/lane/lane-memory.ts`. */
export const LANE_BYTES = 1_310_720;

// As in `assembly/layout.ts`, `assembly/number.ts`.
const TUPLE = 1536;
const TUPLE_NUMBERS = 7;
const LISTS = 2048;
const RECORD = 524_288;
const NAME = 12;
const NAME_BYTES_MAX = 63;
/** Read beyond the end of what lies there. */
const PADDING = 16;

/** A nesting that the module's stack holds with ease; beyond it a record is odd. */
const DEPTH_MAX = 128;

const outcomes: readonly CoreScan[] = ['odd', 'ascii', 'not-ascii'];

let compiled: WasmModule | null = null;

const exportNames =
  'scan setLimits setRoom setPortClasses numberOf forgetAll judge resume linkWhole usePlaced'.split(
    ' ',
  );

function isCore(exports: object): exports is CoreExports {
  return exportNames.every((name) => name in exports);
}

function isSimple({ membersByName }: Shape): boolean {
  return [...membersByName.values()].every(
    ({ name, shape }) => name.length <= NAME_BYTES_MAX && (shape === null || isSimple(shape)),
  );
}
