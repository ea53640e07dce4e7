import type { DocumentLimits, Step } from './source.ts';
import { shown } from './shown.ts';

/** A flaw of a JSON text that `JSON.parse` lets pass, with its offset. */
export interface JsonFlaw {
  readonly offset: number;
  readonly message: string;
}

/** Looks for repeated keys and too deep nesting in a text that `JSON.parse` has accepted; stops at the first. */
export function findJsonFlaw(text: string, limits: DocumentLimits): JsonFlaw | null {
  const nesting = new Nesting(text, limits);
  let flaw: JsonFlaw | null = null;
  for (let offset = 0; flaw === null && offset < text.length; offset += 1) {
    switch (text.charCodeAt(offset)) {
      case QUOTE: {
        const end = stringEnd(text, offset);
        flaw = nesting.string(offset, end);
        offset = end - 1;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        flaw = nesting.open(offset);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        nesting.close();
        break;
      case COMMA:
        nesting.next();
        break;
      default:
    }
  }
  return flaw;
}

/** Finds the parts of a JSON text; remembers where the elements of each list it has passed begin. */
export class JsonLocator {
  readonly yaml = null;
  readonly #text: string;
  readonly #elements = new Map<number, readonly number[]>();

  /** `text` must be valid JSON. */
  constructor(text: string) {
    this.#text = text;
  }

  /** Offset of the key or element at `path`, or of its last part that exists. */
  offsetOf(path: readonly Step[]): number {
    let value = skipSpace(this.#text, 0);
    let found = value;
    for (const step of path) {
      const next =
        typeof step === 'number' ? this.#element(value, step) : this.#member(value, step);
      if (next === null) return found;
      found = next.found;
      value = next.value;
    }
    return found;
  }

  #element(list: number, index: number): Place | null {
    if (this.#text.charCodeAt(list) !== OPEN_BRACKET) return null;
    let starts = this.#elements.get(list);
    if (starts === undefined) {
      starts = elementStarts(this.#text, list);
      this.#elements.set(list, starts);
    }
    const start = starts[index];
    return start === undefined ? null : { found: start, value: start };
  }

  #member(object: number, name: string): Place | null {
    const text = this.#text;
    if (text.charCodeAt(object) !== OPEN_BRACE) return null;
    let offset = skipSpace(text, object + 1);
    while (text.charCodeAt(offset) === QUOTE) {
      const end = stringEnd(text, offset);
      const value = skipSpace(text, skipSpace(text, end) + 1);
      if (stringAt(text, offset, end) === name) return { found: offset, value };
      offset = skipSpace(text, valueEnd(text, value));
      if (text.charCodeAt(offset) === COMMA) offset = skipSpace(text, offset + 1);
    }
    return null;
  }
}

interface Place {
  readonly found: number;
  readonly value: number;
}

/** The lists and mappings that are open, with the keys seen so far in each mapping; `null` in a list. */
class Nesting {
  readonly #text: string;
  readonly #limits: DocumentLimits;
  readonly #outer: (Set<string> | null)[] = [];
  #keys: Set<string> | null = null;
  #expectsKey = false;

  constructor(text: string, limits: DocumentLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  open(offset: number): JsonFlaw | null {
    if (this.#outer.length >= this.#limits.depthMax) {
      return { offset, message: `nested more than ${this.#limits.depthMax} levels deep` };
    }
    this.#outer.push(this.#keys);
    this.#keys = this.#text.charCodeAt(offset) === OPEN_BRACE ? new Set() : null;
    this.#expectsKey = this.#keys !== null;
    return null;
  }

  close(): void {
    this.#keys = this.#outer.pop() ?? null;
  }

  next(): void {
    this.#expectsKey = this.#keys !== null;
  }

  string(offset: number, end: number): JsonFlaw | null {
    if (!this.#expectsKey || this.#keys === null) return null;
    this.#expectsKey = false;
    const key = stringAt(this.#text, offset, end);
    if (this.#keys.has(key)) return { offset, message: `the key ${shown(key)} is given twice` };
    this.#keys.add(key);
    return null;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function elementStarts(text: string, list: number): number[] {
  const starts: number[] = [];
  let offset = skipSpace(text, list + 1);
  while (offset < text.length && text.charCodeAt(offset) !== CLOSE_BRACKET) {
    starts.push(offset);
    offset = skipSpace(text, valueEnd(text, offset));
    if (text.charCodeAt(offset) === COMMA) offset = skipSpace(text, offset + 1);
  }
  return starts;
}

function skipSpace(text: string, from: number): number {
  let offset = from;
  while (text.charCodeAt(offset) <= 0x20) offset += 1;
  return offset;
}

/** Offset after the string that starts at `start`. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, offset: number): boolean {
  let before = offset - 1;
  while (before >= 0 && text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (offset - before) % 2 === 0;
}

function stringAt(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end))) : raw;
}

/** Offset after the value that starts at `start`. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let offset = start; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === QUOTE) {
      offset = stringEnd(text, offset) - 1;
      if (depth === 0) return offset + 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return offset;
      depth -= 1;
      if (depth === 0) return offset + 1;
    } else if (code === COMMA && depth === 0) {
      return offset;
    }
  }
  return text.length;
}
