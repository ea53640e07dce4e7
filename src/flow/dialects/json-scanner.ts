// Hot: measured by bench/micro/records.bench.ts.
import { Field, FIELD_COUNT } from './fields.ts';
import type { Shape, ShapeMember } from './shape.ts';
import { unreadable } from './unreadable.ts';
import type { RecordLimits, Unreadable } from './unreadable.ts';

export type ScanLimits = Pick<
  RecordLimits,
  'recordDepth' | 'listItems' | 'mapMembers' | 'textBytes'
>;

/**
 * Finds where the fields of a JSON record are, without making an object or a text of it. The whole
 * grammar of RFC 8259 is checked but for the encoding of texts. Of members with one name the last
 * one counts, as it does for `JSON.parse`.
 */
export class JsonScanner {
  /** Of the last scan, by `Field`. */
  readonly offsets = new Int32Array(2 * FIELD_COUNT);
  readonly #limits: ScanLimits;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #failedAt = 0;
  #sawEscape = false;

  constructor(limits: ScanLimits) {
    this.#limits = limits;
  }

  /** Fills `offsets` from one JSON object, with nothing but white space around it. */
  scan(bytes: Uint8Array, shape: Shape): Unreadable | null {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.offsets.fill(-1);
    const start = this.#skipSpace(0);
    if (bytes[start] !== OPEN_BRACE) {
      // Never skipped: whoever reads the output would meet it too.
      if (hasByteOrderMark(bytes)) return BYTE_ORDER_MARK;
      return this.#explain(this.#fail(MALFORMED, start));
    }
    const end = this.#object(start, 1, shape);
    if (end < 0) return this.#explain(end);
    this.offsets[2 * Field.record] = start;
    this.offsets[2 * Field.record + 1] = end;
    const rest = this.#skipSpace(end);
    return rest === this.#end ? null : this.#explain(this.#fail(MALFORMED, rest));
  }

  // Each of the following takes where something begins and returns where it ends, or a failure < 0.

  #value(at: number, depth: number, shape: Shape | null): number {
    if (at >= this.#end) return this.#fail(TRUNCATED, at);
    switch (this.#bytes[at]!) {
      case QUOTE:
        return this.#text(at);
      case OPEN_BRACE:
        return this.#object(at, depth + 1, shape);
      case OPEN_BRACKET:
        return this.#list(at, depth + 1);
      case LOWER_T:
        return this.#literal(at, TRUE);
      case LOWER_F:
        return this.#literal(at, FALSE);
      case LOWER_N:
        return this.#literal(at, NULL);
      default:
        return this.#number(at);
    }
  }

  #object(at: number, depth: number, shape: Shape | null): number {
    if (depth > this.#limits.recordDepth) return this.#fail(TOO_DEEP, at);
    let next = this.#skipSpace(at + 1);
    if (this.#bytes[next] === CLOSE_BRACE) return next + 1;
    for (let members = 1; ; members += 1) {
      if (members > this.#limits.mapMembers) return this.#fail(TOO_MANY_MEMBERS, next);
      next = this.#member(next, depth, shape);
      if (next < 0) return next;
      next = this.#skipSpace(next);
      const byte = this.#bytes[next];
      if (byte === CLOSE_BRACE) return next + 1;
      if (byte !== COMMA) return this.#unexpected(next);
      next = this.#skipSpace(next + 1);
    }
  }

  #member(at: number, depth: number, shape: Shape | null): number {
    if (this.#bytes[at] !== QUOTE) return this.#unexpected(at);
    this.#sawEscape = false;
    const nameEnd = this.#text(at);
    if (nameEnd < 0) return nameEnd;
    const member = shape === null ? null : this.#memberNamed(shape, at + 1, nameEnd - 1);
    const colon = this.#skipSpace(nameEnd);
    if (this.#bytes[colon] !== COLON) return this.#unexpected(colon);
    const start = this.#skipSpace(colon + 1);
    if (member === null) return this.#value(start, depth, null);
    if (member.shape !== null) this.#forget(member);
    const end = this.#value(start, depth, member.shape);
    if (end >= 0 && member.field >= 0) {
      this.offsets[2 * member.field] = start;
      this.offsets[2 * member.field + 1] = end;
    }
    return end;
  }

  #list(at: number, depth: number): number {
    if (depth > this.#limits.recordDepth) return this.#fail(TOO_DEEP, at);
    let next = this.#skipSpace(at + 1);
    if (this.#bytes[next] === CLOSE_BRACKET) return next + 1;
    for (let items = 1; ; items += 1) {
      if (items > this.#limits.listItems) return this.#fail(TOO_MANY_ITEMS, next);
      next = this.#value(next, depth, null);
      if (next < 0) return next;
      next = this.#skipSpace(next);
      const byte = this.#bytes[next];
      if (byte === CLOSE_BRACKET) return next + 1;
      if (byte !== COMMA) return this.#unexpected(next);
      next = this.#skipSpace(next + 1);
    }
  }

  #text(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let next = at + 1; next < end; next += 1) {
      const byte = bytes[next]!;
      if (byte === QUOTE) {
        return next - at - 1 > this.#limits.textBytes ? this.#fail(TOO_LARGE, at) : next + 1;
      }
      if (byte === BACKSLASH) {
        next = this.#escape(next);
        if (next < 0) return next;
      } else if (byte < SPACE) {
        return this.#fail(MALFORMED, next);
      }
    }
    return this.#fail(TRUNCATED, end);
  }

  /** Returns the last byte of the escape, not the one after. */
  #escape(at: number): number {
    this.#sawEscape = true;
    const kind = this.#bytes[at + 1];
    if (kind === undefined) return this.#fail(TRUNCATED, this.#end);
    if (kind !== LOWER_U) return SIMPLE_ESCAPES.has(kind) ? at + 1 : this.#fail(MALFORMED, at);
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (digit >= this.#end) return this.#fail(TRUNCATED, this.#end);
      if (!isHexDigit(this.#bytes[digit]!)) return this.#fail(MALFORMED, digit);
    }
    return at + 5;
  }

  #number(at: number): number {
    let next = this.#bytes[at] === MINUS ? at + 1 : at;
    next = this.#bytes[next] === ZERO ? next + 1 : this.#digits(next);
    if (next < 0) return next;
    if (this.#bytes[next] === DOT) {
      next = this.#digits(next + 1);
      if (next < 0) return next;
    }
    const byte = this.#bytes[next];
    if (byte !== LOWER_E && byte !== UPPER_E) return next;
    const sign = this.#bytes[next + 1];
    return this.#digits(sign === MINUS || sign === PLUS ? next + 2 : next + 1);
  }

  #digits(at: number): number {
    let next = at;
    while (next < this.#end && this.#bytes[next]! >= ZERO && this.#bytes[next]! <= NINE) next += 1;
    return next > at ? next : this.#unexpected(at);
  }

  #literal(at: number, literal: Uint8Array): number {
    for (let i = 1; i < literal.length; i += 1) {
      if (this.#bytes[at + i] !== literal[i]) return this.#unexpected(at + i);
    }
    return at + literal.length;
  }

  #skipSpace(at: number): number {
    let next = at;
    while (next < this.#end && isSpace(this.#bytes[next]!)) next += 1;
    return next;
  }

  #memberNamed(shape: Shape, start: number, end: number): ShapeMember | null {
    if (this.#sawEscape) return shape.membersByName.get(this.#unescape(start, end)) ?? null;
    const members = shape.membersByLength[end - start];
    if (members === undefined) return null;
    for (const member of members) {
      if (this.#equals(member.name, start)) return member;
    }
    return null;
  }

  #equals(name: Uint8Array, start: number): boolean {
    for (let i = name.length - 1; i >= 0; i -= 1) {
      if (name[i] !== this.#bytes[start + i]) return false;
    }
    return true;
  }

  #unescape(start: number, end: number): string {
    return String(JSON.parse(`"${decoder.decode(this.#bytes.subarray(start, end))}"`));
  }

  /** An earlier member of the same name counts no more, nor does anything inside it. */
  #forget({ fields }: ShapeMember): void {
    for (const field of fields) this.offsets[2 * field] = this.offsets[2 * field + 1] = -1;
  }

  #unexpected(at: number): number {
    return this.#fail(at >= this.#end ? TRUNCATED : MALFORMED, at);
  }

  #fail(code: number, at: number): number {
    this.#failedAt = Math.min(at, this.#end);
    return code;
  }

  #explain(code: number): Unreadable {
    const failure = failures[-code - 1] ?? NOT_A_RECORD;
    return unreadable(failure.reason, `at byte ${this.#failedAt}`, failure.limit);
  }
}

const NOT_A_RECORD = { reason: 'not_a_record', limit: null } as const;
const failures = [
  NOT_A_RECORD,
  { reason: 'truncated', limit: null },
  { reason: 'too_deep', limit: 'recordDepth' },
  { reason: 'too_many_items', limit: 'listItems' },
  { reason: 'too_many_items', limit: 'mapMembers' },
  { reason: 'too_large', limit: 'textBytes' },
] as const;
const MALFORMED = -1;
const TRUNCATED = -2;
const TOO_DEEP = -3;
const TOO_MANY_ITEMS = -4;
const TOO_MANY_MEMBERS = -5;
const TOO_LARGE = -6;

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const UPPER_E = 0x45;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
const SIMPLE_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const decoder = new TextDecoder();

const BYTE_ORDER_MARK = unreadable('not_a_record', 'it begins with a byte order mark');
const byteOrderMarks = ['efbbbf', 'feff', 'fffe'].map((hex) => Buffer.from(hex, 'hex'));

function hasByteOrderMark(bytes: Uint8Array): boolean {
  return byteOrderMarks.some((mark) => mark.equals(bytes.subarray(0, mark.length)));
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66);
}
