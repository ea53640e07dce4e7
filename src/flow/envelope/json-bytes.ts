import { isUtf8 } from 'node:buffer';

/** Where the next byte is that is no white space; the length if there is none. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && SPACES.has(bytes[next]!)) next += 1;
  return next;
}

/**
 * Where the JSON value that begins here ends, told by brackets and quotes alone, so that a broken record
 * among good ones can be stepped over. -1 = none begins, or it has no end.
 */
export function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === undefined || first === COLON || ENDS.has(first)) return -1;
  if (first === QUOTE) return skipText(bytes, at);
  const isNested = first === OPEN_BRACE || first === OPEN_BRACKET;
  return isNested ? skipNested(bytes, at) : skipWord(bytes, at);
}

function skipNested(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next]!;
    if (byte === QUOTE) {
      next = skipText(bytes, next) - 1;
      if (next < 0) return -1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    if (depth === 0) return next + 1;
  }
  return -1;
}

/** Where the text whose quote is here ends; -1 = nowhere. */
export function skipText(bytes: Uint8Array, at: number): number {
  for (let next = at + 1; next < bytes.length; next += 1) {
    const byte = bytes[next]!;
    if (byte === QUOTE) return next + 1;
    if (byte === BACKSLASH) next += 1;
  }
  return -1;
}

export function isJson(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false;
  try {
    JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

function skipWord(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && !SPACES.has(bytes[next]!) && !ENDS.has(bytes[next]!)) next += 1;
  return next;
}

export const SPACES: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n'));
const ENDS: ReadonlySet<number> = new Set(Buffer.from(',}]'));
const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
