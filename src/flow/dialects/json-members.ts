/** The value of a member lies from `start` up to, not including, `end`. */
export type VisitMember = (name: string, start: number, end: number) => void;

/** Visits the members of the object that begins at `start`, of JSON that a scan has found to be good. */
export function eachMember(bytes: Buffer, start: number, visit: VisitMember): void {
  for (let at = skipSpace(bytes, start + 1); bytes[at] === QUOTE;) {
    const nameEnd = endOfText(bytes, at);
    const name = nameAt(bytes, at, nameEnd);
    const from = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const to = endOfValue(bytes, from);
    visit(name, from, to);
    const comma = skipSpace(bytes, to);
    if (bytes[comma] !== COMMA) return;
    at = skipSpace(bytes, comma + 1);
  }
}

function nameAt(bytes: Buffer, start: number, end: number): string {
  const name = bytes.toString('utf8', start + 1, end - 1);
  return name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name;
}

function endOfValue(bytes: Buffer, start: number): number {
  const byte = bytes[start];
  if (byte === QUOTE) return endOfText(bytes, start);
  const isNest = byte === OPEN_BRACE || byte === OPEN_BRACKET;
  return isNest ? endOfNest(bytes, start) : endOfWord(bytes, start);
}

function endOfNest(bytes: Buffer, start: number): number {
  let at = start;
  for (let depth = 0; ; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfText(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    if (depth === 0) return at + 1;
  }
}

/** Of a number, or of `true`, `false` and `null`. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE && bytes[at]! > SPACE) at += 1;
  return at;
}

function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at]! <= SPACE) at += 1;
  return at;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
