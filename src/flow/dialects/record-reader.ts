// Hot: measured by bench/micro/scanner.bench.ts.
import { isUtf8 } from 'node:buffer';
import { deadLetter } from './dead-letter.ts';
import type { DeadLetter } from './dead-letter.ts';
import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';
import { JsonScanner } from './json-scanner.ts';
import type { ScanLimits } from './json-scanner.ts';
import { layoutsOf } from './layout.ts';
import type { Layout } from './layout.ts';
import { dialects } from './table.ts';
import type { DialectName } from './dialect.ts';

export interface ReaderOptions {
  /** `input.format`: one dialect, or whichever is recognised. */
  readonly format: DialectName | 'auto';
  /** `output.member`. */
  readonly member: string;
  readonly limits: ScanLimits & { readonly recordBytes: number };
}

/**
 * Finds out what dialect a record is in and where its fields are. The dialect last seen on a topic
 * is tried first, so that records of one kind are scanned once.
 */
export class RecordReader {
  readonly #options: ReaderOptions;
  readonly #scanner: JsonScanner;
  readonly #layouts: readonly Layout[];
  readonly #lastOfTopic = new Map<string, Layout>();

  /** Throws `CodedError` if a dialect has a member of the name of ours. */
  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#scanner = new JsonScanner(options.limits);
    const isGuessed = options.format === 'auto';
    this.#layouts = dialects
      .filter(({ name }) => isGuessed || options.format === name)
      .flatMap((dialect) => layoutsOf(dialect, { member: options.member, isGuessed }));
  }

  /** Of the record last read, by `Field`; overwritten by the next. */
  get offsets(): Int32Array {
    return this.#scanner.offsets;
  }

  read(bytes: Buffer, topic: string): Layout | DeadLetter {
    if (bytes.length > this.#options.limits.recordBytes) return deadLetter('too_large');
    const last = this.#lastOfTopic.get(topic);
    if (last !== undefined) {
      const reading = this.#readAs(last, bytes);
      if (reading !== null) return reading;
    }
    for (const layout of this.#layouts) {
      const reading = layout === last ? null : this.#readAs(layout, bytes);
      if (reading?.status === 'read') this.#lastOfTopic.set(topic, layout);
      if (reading !== null) return reading;
    }
    return deadLetter('unknown_format');
  }

  /** `null` = a record, but of another dialect. */
  #readAs(layout: Layout, bytes: Buffer): Layout | DeadLetter | null {
    const failure = this.#scanner.scan(bytes, layout.shape);
    if (failure !== null) return deadLetter(failure, `at byte ${this.#scanner.failedAt}`);
    if (!isUtf8(bytes)) return deadLetter('invalid_utf8');
    if (!this.#recognises(layout)) return null;
    return this.#misplaced(bytes) ?? layout;
  }

  #recognises({ recognisedBy }: Layout): boolean {
    for (const fields of recognisedBy) {
      let found = 0;
      for (const field of fields) found += this.offsets[2 * field]! < 0 ? 0 : 1;
      if (found === fields.length) return true;
    }
    return false;
  }

  /** What the splice relies on: each place holds what it should, or null, or nothing. */
  #misplaced(bytes: Buffer): DeadLetter | null {
    if (!this.#isNullOr(OPEN_BRACE, 'policies', bytes))
      return deadLetter('not_a_record', 'policies');
    if (!this.#isNullOr(OPEN_BRACKET, 'pending', bytes))
      return deadLetter('not_a_record', 'pending');
    const isOurs =
      this.#isNullOr(OPEN_BRACE, 'evaluation', bytes) &&
      (this.#firstByte('evaluation', bytes) !== OPEN_BRACE || this.#isByUs(bytes));
    return isOurs ? null : deadLetter('member_clash', `\`${this.#options.member}\``);
  }

  #isNullOr(opening: number, field: FieldName, bytes: Buffer): boolean {
    const byte = this.#firstByte(field, bytes);
    return byte === undefined || byte === opening || byte === LOWER_N;
  }

  #firstByte(field: FieldName, bytes: Buffer): number | undefined {
    const start = this.offsets[2 * Field[field]]!;
    return start < 0 ? undefined : bytes[start];
  }

  #isByUs(bytes: Buffer): boolean {
    const start = this.offsets[2 * Field.evaluator]!;
    if (start < 0) return false;
    return OURS.equals(bytes.subarray(start, start + OURS.length));
  }
}

const OPEN_BRACKET = 0x5b;
const LOWER_N = 0x6e;
const OPEN_BRACE = 0x7b;
const OURS = Buffer.from('"rehearsal/');
