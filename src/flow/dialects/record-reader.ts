// Hot: measured by bench/micro/records.bench.ts.
import { isUtf8 } from 'node:buffer';
import type { DialectName, Telling } from './dialect.ts';
import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';
import { JsonScanner } from './json-scanner.ts';
import type { ScanLimits } from './json-scanner.ts';
import { JsonForm } from './json-form.ts';
import { addLaneLayout } from './lane-layout.ts';
import { layoutsOf } from './layout.ts';
import type { Layout } from './layout.ts';
import type { RecordCore } from './record-core.ts';
import type { ScannedRecord } from './scanned-record.ts';
import { dialects } from './table.ts';
import { unreadable } from './unreadable.ts';
import type { RecordLimits, Unreadable } from './unreadable.ts';

export interface ReaderOptions {
  /** `input.format`: one dialect, or whichever is recognised; none of JSON is `avro`. */
  readonly format: DialectName | 'auto' | 'avro';
  /** `output.member`. */
  readonly member: string;
  readonly limits: ScanLimits & Pick<RecordLimits, 'recordBytes'>;
  /** Scans whatever is not odd, and holds the record that was read last. */
  readonly core: RecordCore;
}

/**
 * Finds out what dialect a record is in and where its fields are. The layout last seen on a topic is
 * tried first, so that a record of a steady stream is scanned once.
 */
export class RecordReader {
  readonly #options: ReaderOptions;
  readonly #scanner: JsonScanner;
  /** Of the record scanned last. */
  #offsets: Int32Array;
  /** One for each layout, in the order in which they are tried. */
  readonly #records: readonly ReusedRecord[];
  readonly #lastOfTopic = new Map<string, ReusedRecord>();

  /** Throws `CodedError` if a dialect has a member of the name of ours. */
  constructor(options: ReaderOptions) {
    const { format, member, limits, core } = options;
    this.#options = options;
    this.#scanner = new JsonScanner(limits);
    this.#offsets = this.#scanner.offsets;
    const isGuessed = format === 'auto';
    const tried = dialects.filter(({ name }) => isGuessed || format === name);
    this.#records = layoutsOf(tried, { member, isGuessed }).map((layout, formNumber) => {
      const shape = core.addShape(layout.shape);
      return {
        status: 'scanned',
        bytes: NO_BYTES,
        offsets: this.#offsets,
        form: new JsonForm(layout),
        formNumber,
        shape,
        lists: core.lists,
        laneLayout: shape === null ? 0 : addLaneLayout(core, layout, { shape, formNumber }),
      };
    });
  }

  /** How many forms there are, numbered from 0. */
  get formCount(): number {
    return this.#records.length;
  }

  /** The record is good until the next is read. `topic` tells streams of records apart. */
  read(bytes: Buffer, topic: string): ScannedRecord | Unreadable {
    if (bytes.length > this.#options.limits.recordBytes) {
      return unreadable('too_large', '', 'recordBytes');
    }
    this.#options.core.place(bytes);
    const last = this.#lastOfTopic.get(topic);
    const likely = last === undefined ? null : this.#readAs(last, bytes);
    return likely ?? this.#readAsAny(bytes, topic);
  }

  #readAsAny(bytes: Buffer, topic: string): ScannedRecord | Unreadable {
    for (const record of this.#records) {
      const reading = this.#readAs(record, bytes);
      if (reading === null) continue;
      if (reading.status === 'scanned') this.#lastOfTopic.set(topic, record);
      return reading;
    }
    return unreadable('unknown_format');
  }

  /** `null` = a record, but of another dialect. */
  #readAs(record: ReusedRecord, bytes: Buffer): ScannedRecord | Unreadable | null {
    const { layout } = record.form;
    const { core } = this.#options;
    const outcome = record.shape === null ? 'odd' : core.scan(record.shape);
    const { offsets } = outcome === 'odd' ? this.#scanner : core;
    const failure = outcome === 'odd' ? this.#scanner.scan(bytes, layout.shape) : null;
    if (failure !== null) return failure;
    if (outcome !== 'ascii' && !isUtf8(bytes)) return unreadable('invalid_utf8');
    this.#offsets = offsets;
    if (!this.#isRecognised(bytes, layout)) return null;
    record.bytes = bytes;
    record.offsets = offsets;
    return this.#misplacement(bytes) ?? record;
  }

  #isRecognised(bytes: Buffer, { recognisedBy, refusedBy, reporter }: Layout): boolean {
    for (const field of refusedBy) if (this.#has(field)) return false;
    if (reporter !== undefined && reporter !== this.#reporterIn(bytes)) return false;
    for (const fields of recognisedBy) {
      let found = 0;
      for (const field of fields) if (this.#has(field)) found += 1;
      if (found === fields.length) return true;
    }
    return false;
  }

  #has(field: number): boolean {
    return this.#offsets[2 * field]! >= 0;
  }

  /** Whoever writes words says who reports; numbers leave out what is zero. */
  #reporterIn(bytes: Buffer): Telling['reporter'] {
    const start = this.#offsets[2 * Field.reporter]!;
    return start >= 0 && bytes[start] === QUOTE ? 'word' : 'number';
  }

  /** What the splice relies on: each place holds what it should, or null, or is not there. */
  #misplacement(bytes: Buffer): Unreadable | null {
    if (!this.#holds('policies', OPEN_BRACE, bytes)) return misplaced('policies');
    if (!this.#holds('pending', OPEN_BRACKET, bytes)) return misplaced('pending');
    if (!this.#holds('pendingUpstream', OPEN_BRACKET, bytes)) return misplaced('pendingUpstream');
    if (this.#holds('evaluation', OPEN_BRACE, bytes) && this.#isOurs(bytes)) return null;
    return unreadable('member_clash', `\`${this.#options.member}\``);
  }

  #holds(field: FieldName, opening: number, bytes: Buffer): boolean {
    const start = this.#offsets[2 * Field[field]]!;
    return start < 0 || bytes[start] === opening || bytes[start] === LOWER_N;
  }

  /** Whether our member is missing, null, or of an earlier pass. */
  #isOurs(bytes: Buffer): boolean {
    const member = this.#offsets[2 * Field.evaluation]!;
    if (member < 0 || bytes[member] === LOWER_N) return true;
    const evaluator = this.#offsets[2 * Field.evaluator]!;
    return evaluator >= 0 && bytes.subarray(evaluator, evaluator + OURS.length).equals(OURS);
  }
}

type ReusedRecord = { -readonly [Key in keyof ScannedRecord]: ScannedRecord[Key] } & {
  readonly form: JsonForm;
  /** In the core; `null` = it takes no such shape. */
  readonly shape: number | null;
};

const NO_BYTES = Buffer.alloc(0);
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const LOWER_N = 0x6e;
const OPEN_BRACE = 0x7b;
const OURS = Buffer.from('"rehearsal/');

function misplaced(field: FieldName): Unreadable {
  return unreadable('not_a_record', `field \`${field}\``);
}
