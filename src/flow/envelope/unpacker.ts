import { isUtf8 } from 'node:buffer';
import { unreadable } from '../dialects/unreadable.ts';
import type { Room } from '../dialects/writer.ts';
import type { Unreadable } from '../dialects/unreadable.ts';
import { BeyondBudget, Budget } from './budget.ts';
import type { MessageLimits } from './budget.ts';
import { wrap } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { isJson, skipSpace } from './json-bytes.ts';
import { linesOf } from './lines.ts';
import { findMember } from './member.ts';
import { openEnvelope } from './open-envelope.ts';
import type { Slot } from './open-envelope.ts';

/** One record of a message. */
export interface PackedRecord {
  readonly bytes: Buffer;
  /** What it is put back into, the innermost first; none = it stands by itself. */
  readonly envelopes: readonly Envelope[];
  /** How it was written in the outermost of them; `null` = as `wrap` writes it. */
  readonly written: Buffer | null;
  /** Why there is nothing to be read here. */
  readonly problem: Unreadable | null;
}

/** The record in its envelopes, as it came. */
export function originalOf({ bytes, envelopes, written }: PackedRecord, room: Room): Buffer {
  const outermost = envelopes.at(-1);
  if (written === null || outermost === undefined) return wrap(bytes, envelopes, room);
  return wrap(written, [{ ...outermost, isText: false }], room);
}

export interface UnpackerOptions {
  /** `input.unwrap`; `null` = records are in no envelope. */
  readonly path: string | null;
  readonly limits: MessageLimits;
}

/**
 * Takes messages apart that hold more than one bare record: several records as lines, as a list or as a
 * reply of Whisker, and records in the envelopes of shippers (flow-records 3.4).
 */
export class Unpacker {
  /** Whether every record is in an envelope. */
  readonly isEnveloped: boolean;
  readonly #path: string;
  readonly #limits: MessageLimits;
  #budget: Budget;

  constructor({ path, limits }: UnpackerOptions) {
    this.isEnveloped = path !== null;
    this.#path = (path ?? '').replaceAll('[]', '');
    this.#limits = limits;
    this.#budget = new Budget(0, limits);
  }

  /** The records in the envelopes of a message, in its order; empty = it says that it holds none. */
  open(message: Buffer): readonly PackedRecord[] | Unreadable {
    return this.#within(message, () => this.#enveloped(message));
  }

  /** The records of a message without envelopes, in its order; `null` = it does not hold several. */
  split(message: Buffer): readonly PackedRecord[] | Unreadable | null {
    return this.#within(message, () => this.#several(message));
  }

  #within<Result>(message: Buffer, take: () => Result): Result | Unreadable {
    this.#budget = new Budget(message.length, this.#limits);
    try {
      return take();
    } catch (error) {
      if (error instanceof BeyondBudget) return error.unreadable;
      throw error;
    }
  }

  #enveloped(message: Buffer): readonly PackedRecord[] | Unreadable {
    const lines = linesOf(message, this.#budget);
    if (lines === null) return this.#open(message, this.#path);
    return lines.flatMap((line) => {
      const records = this.#open(line, this.#path);
      return 'status' in records ? [this.#bare(line, records)] : records;
    });
  }

  #several(message: Buffer): readonly PackedRecord[] | Unreadable | null {
    const sideBySide = this.#sideBySide(message);
    if (sideBySide !== null) return sideBySide;
    const start = skipSpace(message, 0);
    if (message[start] !== OPEN_BRACE) return null;
    const items = findMember(message, start, REPLY_MEMBER);
    if (items === null || items === undefined || items.rest !== '') return null;
    if (message[items.start] === LOWER_N) return isJson(message) ? [] : null;
    return message[items.start] === OPEN_BRACKET ? this.#open(message, REPLY_MEMBER) : null;
  }

  #sideBySide(bytes: Buffer): readonly PackedRecord[] | Unreadable | null {
    const lines = linesOf(bytes, this.#budget);
    if (lines !== null) return lines.map((line) => this.#bare(line, null));
    return bytes[skipSpace(bytes, 0)] === OPEN_BRACKET ? this.#open(bytes, '') : null;
  }

  #bare(bytes: Buffer, problem: Unreadable | null): PackedRecord {
    this.#budget.spend(bytes.length);
    return { bytes, envelopes: [], written: null, problem };
  }

  #open(bytes: Buffer, path: string): readonly PackedRecord[] | Unreadable {
    const { recordDepth } = this.#limits;
    const slots = openEnvelope(bytes, { path, depthMax: recordDepth, budget: this.#budget });
    return 'status' in slots ? slots : slots.flatMap((slot) => this.#recordsIn(slot));
  }

  #recordsIn({ head, value, tail, problem }: Slot): readonly PackedRecord[] {
    const isText = value[0] === QUOTE;
    const envelope = { head, tail, isText };
    const alone = { bytes: value, envelopes: [envelope], written: value, problem };
    if (problem !== null || !isText) return [alone];
    const text = textIn(value);
    if ('status' in text) return [{ ...alone, problem: text }];
    const several = this.#sideBySide(text);
    if (several === null || 'status' in several) return [{ ...alone, bytes: text }];
    return several.map((record) => {
      this.#budget.spend(head.length + tail.length);
      return { ...record, envelopes: [...record.envelopes, envelope], written: null };
    });
  }
}

/** What a JSON text says. */
function textIn(quoted: Buffer): Buffer | Unreadable {
  if (!isUtf8(quoted)) return NO_UTF8;
  if (!quoted.includes(BACKSLASH)) return quoted.subarray(1, -1);
  try {
    const text = String(JSON.parse(quoted.toString()));
    // A half of a character has no UTF-8: it would come back as another one.
    return text.isWellFormed() ? Buffer.from(text) : NO_UTF8;
  } catch {
    return NO_TEXT;
  }
}

/** Whisker's replies are an envelope that needs no setting. */
const REPLY_MEMBER = 'items';
const NO_UTF8 = unreadable('invalid_utf8', 'the text that holds it');
const NO_TEXT = unreadable('not_a_record', 'the text that should hold it is no JSON');
const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;
const OPEN_BRACE = 0x7b;
