// Hot: measured by bench/micro/records.bench.ts.
import { Field, judgedParts } from '../flow/dialects/fields.ts';
import type { FieldName } from '../flow/dialects/fields.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import { ByteInterner } from '../std/byte-interner.ts';
import { TupleTable } from '../std/tuple-table.ts';
import type { LimitName, Limits } from './limits.ts';

/**
 * Remembers what was decided of records, by the very bytes of all that a judgement reads. Source,
 * destination and the rest are each numbered by their bytes, since a part repeats far more often
 * than a whole, and the numbers lead to the decision. Equal bytes mean equal flows; should different
 * bytes mean the same, that costs a second entry and nothing else. A full memo is emptied.
 */
export class DecisionMemo<Value extends { readonly text: string }> {
  readonly #source: Part;
  readonly #destination: Part;
  readonly #rest: Part;
  readonly #decided: TupleTable;
  readonly #decisions: Value[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #bytesMax: number;
  readonly #onFull: (limit: LimitName) => void;
  #bytes = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Of the record last asked about: its parts, time and form; -1 = a part that found no room. */
  readonly #tuple: [number, number, number, number, number] = [-1, -1, -1, -1, -1];

  constructor(
    limits: Pick<Limits, 'memoDecisions' | 'memoBytes'>,
    onFull: (limit: LimitName) => void,
  ) {
    // The parts and the decisions share alike.
    this.#bytesMax = Math.floor(limits.memoBytes / 4);
    this.#source = new Part(judgedParts.source, this.#bytesMax);
    this.#destination = new Part(judgedParts.destination, this.#bytesMax);
    this.#rest = new Part(judgedParts.rest, this.#bytesMax);
    this.#decided = new TupleTable(limits.memoDecisions);
    this.#onFull = onFull;
  }

  /**
   * What was decided of a record; `undefined` = nothing yet, or forgotten. `timeClass` is all that
   * decisions depend on of its time.
   */
  recall(record: ScannedRecord, timeClass: number): Value | undefined {
    this.#tuple[3] = timeClass;
    this.#tuple[4] = record.formNumber;
    this.#numberParts(record);
    if (this.#isUnnumbered()) {
      this.#empty('memoBytes');
      this.#numberParts(record);
    }
    const number = this.#decided.get(this.#tuple);
    return number < 0 ? undefined : this.#decisions[number];
  }

  /**
   * Remembers what was decided of the record last asked about. Of equal decisions the first is kept,
   * and returned.
   */
  remember(decision: Value): Value {
    // A record too large for an empty memo is decided each time.
    if (this.#isUnnumbered()) return decision;
    const number = this.#numbers.get(decision.text) ?? this.#add(decision);
    if (number < 0) return decision;
    if (!this.#decided.add(this.#tuple, number)) this.#empty('memoDecisions');
    return this.#decisions[number] ?? decision;
  }

  #add(decision: Value): number {
    const { text } = decision;
    this.#bytes += BYTES_PER_CHARACTER * text.length;
    if (this.#bytes > this.#bytesMax) {
      this.#empty('memoBytes');
      return -1;
    }
    this.#numbers.set(text, this.#decisions.length);
    return this.#decisions.push(decision) - 1;
  }

  #numberParts(record: ScannedRecord): void {
    const { buffer } = record.bytes;
    // Records of one batch tend to lie in one buffer.
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    this.#tuple[0] = this.#source.number(record, this.#view);
    this.#tuple[1] = this.#destination.number(record, this.#view);
    this.#tuple[2] = this.#rest.number(record, this.#view);
  }

  #isUnnumbered(): boolean {
    return this.#tuple[0] < 0 || this.#tuple[1] < 0 || this.#tuple[2] < 0;
  }

  #empty(limit: LimitName): void {
    for (const part of [this.#source, this.#destination, this.#rest]) part.empty();
    this.#decided.clear();
    this.#decisions.length = 0;
    this.#numbers.clear();
    this.#bytes = 0;
    this.#onFull(limit);
  }
}

/** Its text, and the bytes to be written for it. */
const BYTES_PER_CHARACTER = 2;

/** Numbers one part of a record by the bytes of its fields. */
class Part {
  readonly #fields: readonly number[];
  readonly #interner: ByteInterner;
  readonly #key = { words: new Int32Array(1024), length: 0 };

  constructor(names: readonly FieldName[], bytesMax: number) {
    this.#fields = names.map((name) => Field[name]);
    this.#interner = new ByteInterner(bytesMax);
  }

  /** -1 = no room for a new one. `view` shows the buffer that the record lies in. */
  number({ bytes, offsets }: ScannedRecord, view: DataView): number {
    const words = this.#roomFor(bytes.length);
    const base = bytes.byteOffset;
    let length = 0;
    for (const field of this.#fields) {
      const end = base + offsets[2 * field + 1]!;
      let at = base + offsets[2 * field]!;
      // Its size, and then four bytes a word.
      words[length++] = end - at;
      for (; at + 4 <= end; at += 4) words[length++] = view.getInt32(at);
      if (at < end) words[length++] = lastBytes(view, at, end);
    }
    this.#key.length = length;
    return this.#interner.intern(this.#key);
  }

  empty(): void {
    this.#interner.clear();
  }

  #roomFor(bytes: number): Int32Array {
    // A field takes a word for its size and another for its last bytes.
    const length = Math.ceil(bytes / 4) + 2 * this.#fields.length;
    if (length > this.#key.words.length) this.#key.words = new Int32Array(2 * length);
    return this.#key.words;
  }
}

function lastBytes(view: DataView, start: number, end: number): number {
  let word = 0;
  for (let at = start; at < end; at += 1) word = (word << 8) | view.getUint8(at);
  return word;
}
