import type { InputRecords } from '../stage/ports.ts';
import { BoundedBytes } from './bounded-bytes.ts';
import { recordsOf } from './file-records.ts';
import type { FileRecord, Splitter, SplitterEnd, SplitterLimits } from './splitter.ts';

export interface ValueSplitterOptions {
  readonly isArray: boolean;
  /** Line that the first byte lies in. */
  readonly firstLine: number;
}

/**
 * A record a JSON value: one after the other with nothing but space between them, or the elements of an
 * array that has been opened before. What follows the array is left out.
 */
export class ValueSplitter implements Splitter {
  readonly #isArray: boolean;
  readonly #value: BoundedBytes;
  #records: FileRecord[] = [];
  #line: number;
  #startLine = 1;
  /** Where the present value begins in the chunk; -1 = none does. */
  #start = -1;
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #isOver = false;

  constructor({ recordBytes }: SplitterLimits, { isArray, firstLine }: ValueSplitterOptions) {
    this.#line = firstLine;
    this.#value = new BoundedBytes(recordBytes);
    this.#isArray = isArray;
  }

  push(chunk: Buffer): InputRecords {
    if (this.#start !== -1) this.#start = 0;
    for (let at = 0; at < chunk.length && !this.#isOver; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) this.#line += 1;
      if (this.#isText) this.#inText(byte);
      else this.#outsideText(byte, chunk, at);
    }
    if (this.#start !== -1) this.#value.add(chunk.subarray(this.#start));
    const records = this.#records;
    this.#records = [];
    return recordsOf(records);
  }

  finish(): SplitterEnd {
    const isOpen = this.#start !== -1;
    if (isOpen) this.#take();
    return { records: recordsOf(this.#records), isCutShort: this.#isArray && !this.#isOver };
  }

  #inText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isText = false;
  }

  #outsideText(byte: number, chunk: Buffer, at: number): void {
    switch (byte) {
      case SPACE:
      case TAB:
      case LINE_FEED:
      case CARRIAGE_RETURN:
      case COMMA:
        if (this.#depth === 0) this.#end(chunk, at);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#close(chunk, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#begin(at);
        this.#depth += 1;
        break;
      case QUOTE:
        this.#begin(at);
        this.#isText = true;
        break;
      default:
        this.#begin(at);
    }
  }

  #begin(at: number): void {
    if (this.#start !== -1) return;
    this.#start = at;
    this.#startLine = this.#line;
  }

  #close(chunk: Buffer, at: number): void {
    if (this.#depth > 0) {
      this.#depth -= 1;
      if (this.#depth === 0) this.#end(chunk, at + 1);
    } else if (this.#isArray) {
      this.#end(chunk, at);
      this.#isOver = true;
    } else {
      // A bracket that closes nothing is a record that cannot be read.
      this.#begin(at);
      this.#end(chunk, at + 1);
    }
  }

  #end(chunk: Buffer, end: number): void {
    if (this.#start === -1) return;
    this.#value.add(chunk.subarray(this.#start, end));
    this.#take();
  }

  #take(): void {
    const bytes = this.#value.take();
    // Line breaks of a value stand between its parts: a record is one line.
    for (let at = 0; at < bytes.length; at += 1) {
      if (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) bytes[at] = SPACE;
    }
    this.#records.push({ line: this.#startLine, bytes });
    this.#start = -1;
  }
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
