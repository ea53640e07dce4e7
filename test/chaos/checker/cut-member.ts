/**
 * A JSON object without the member at this path, every other byte as it was, by a scanner that shares
 * no line with the stage's. `json` holds a byte a character. Throws if there is no way through it.
 */
export function cutMember(json: string, path: readonly string[]): string {
  const range = findMember(json, 0, path);
  return range === null ? json : json.slice(0, range.start) + json.slice(range.end);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** From the comma before it, or else to the one behind it. */
function findMember(json: string, from: number, [name, ...rest]: readonly string[]): Range | null {
  let at = json.indexOf('{', from) + 1;
  for (let comma = -1; ; comma = at++) {
    const keyStart = skipBlanks(json, at);
    if (json[keyStart] === '}') return null;
    const keyEnd = endOfText(json, keyStart);
    const colon = skipBlanks(json, keyEnd);
    if (json[keyStart] !== '"' || json[colon] !== ':') throw new Error('a member was expected');
    const valueStart = skipBlanks(json, colon + 1);
    const valueEnd = endOfValue(json, valueStart);
    at = skipBlanks(json, valueEnd);
    if (json.slice(keyStart + 1, keyEnd - 1) === name) {
      if (rest.length > 0) return findMember(json, valueStart, rest);
      if (comma !== -1) return { start: comma, end: valueEnd };
      return { start: keyStart, end: json[at] === ',' ? at + 1 : valueEnd };
    }
    if (json[at] !== ',') return null;
  }
}

function skipBlanks(json: string, at: number): number {
  let end = at;
  while (blanks.has(json.charCodeAt(end))) end += 1;
  return end;
}

const blanks = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Behind the first quote that an even number of backslashes stands before. */
function endOfText(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let before = at;
    while (json[before - 1] === '\\') before -= 1;
    if ((at - before) % 2 === 0) return at + 1;
  }
  throw new Error('a text without an end');
}

const [quote, comma] = [0x22, 0x2c];
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);

function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length;) {
    const code = json.charCodeAt(at);
    if (depth === 0 && at > start && (code === comma || closing.has(code))) return at;
    if (code === quote) at = endOfText(json, at);
    else {
      if (opening.has(code)) depth += 1;
      else if (closing.has(code)) depth -= 1;
      at += 1;
    }
    if (depth === 0 && (code === quote || closing.has(code))) return at;
  }
  return json.length;
}
