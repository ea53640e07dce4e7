import { skipSpace, skipText, skipValue } from './json-bytes.ts';

/** A member of an object: where its value begins, and the path that is left to go from there. */
export interface FoundMember {
  readonly start: number;
  readonly rest: string;
}

/**
 * The member of the object that begins here by which a dotted path goes on. Since some shippers write the
 * dots into the name, a member that is named by all of the path comes before one named by its beginning;
 * of members with one name the last counts. `null` = none; `undefined` = the object is broken.
 */
export function findMember(
  bytes: Buffer,
  object: number,
  path: string,
): FoundMember | null | undefined {
  let found: FoundMember | null = null;
  let at = skipSpace(bytes, object + 1);
  if (bytes[at] === CLOSE_BRACE) return null;
  for (;;) {
    const nameEnd = bytes[at] === QUOTE ? skipText(bytes, at) : -1;
    if (nameEnd < 0) return undefined;
    const colon = skipSpace(bytes, nameEnd);
    const start = skipSpace(bytes, colon + 1);
    const end = bytes[colon] === COLON ? skipValue(bytes, start) : -1;
    if (end < 0) return undefined;
    const rest = restAfter(bytes.subarray(at, nameEnd), path);
    if (rest !== null && (found === null || rest.length <= found.rest.length)) {
      found = { start, rest };
    }
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_BRACE) return found;
    if (bytes[at] !== COMMA) return undefined;
    at = skipSpace(bytes, at + 1);
  }
}

/** `null` = the path does not begin with this name. */
function restAfter(quoted: Buffer, path: string): string | null {
  const name = nameOf(quoted);
  if (name === path) return '';
  return path.startsWith(`${name}.`) ? path.slice(name.length + 1) : null;
}

function nameOf(quoted: Buffer): string {
  const text = quoted.toString('utf8', 1, quoted.length - 1);
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(quoted.toString('utf8')));
  } catch {
    // No JSON: whoever checks the whole will say so.
    return text;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const CLOSE_BRACE = 0x7d;
