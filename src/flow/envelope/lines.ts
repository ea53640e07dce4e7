import type { Budget } from './budget.ts';
import { skipSpace, skipValue, SPACES } from './json-bytes.ts';

/**
 * The records of a message that has one a line (NDJSON), each without the space around it; `null` = it does
 * not have several. A record may go over lines, as long as no other line of it begins with a brace: that
 * is taken for the next record, after a line that was cut off. Throws `BeyondBudget`.
 */
export function linesOf(message: Buffer, budget: Budget): Buffer[] | null {
  const start = skipSpace(message, 0);
  // What begins with a control character is no text, whatever it looks like further on.
  if (start === message.length || message[start]! < SPACE) return null;
  const first = skipValue(message, start);
  if (first >= 0 && skipSpace(message, first) === message.length) return null;
  const isRecord = first >= 0 && message[start] === OPEN_BRACE;
  if (!isRecord && !message.includes(LINE_OF_RECORD, start)) return null;
  const lines: Buffer[] = [];
  for (let at = start; at < message.length;) {
    const end = endOfLine(message, at, at === start || message[at - 1] === LINE_FEED);
    lines.push(message.subarray(at, trimmedEnd(message, at, end)));
    budget.allow(lines.length);
    at = skipSpace(message, end);
  }
  return lines.length > 1 ? lines : null;
}

/** Where the line ends that begins here; `mayGoOn` = a record that begins here may go on in other lines. */
function endOfLine(message: Buffer, at: number, mayGoOn: boolean): number {
  const end = mayGoOn && message[at] === OPEN_BRACE ? endOfRecord(message, at) : at;
  const line = message.indexOf(LINE_FEED, end);
  return line < 0 ? message.length : line;
}

/** Looks no further than the next record, so that many cut-off lines are not looked through many times. */
function endOfRecord(message: Buffer, at: number): number {
  const next = message.indexOf(LINE_OF_RECORD, at);
  const end = skipValue(next < 0 ? message : message.subarray(0, next), at);
  return end < 0 ? at : end;
}

function trimmedEnd(message: Buffer, start: number, end: number): number {
  let last = end;
  while (last > start && SPACES.has(message[last - 1]!)) last -= 1;
  return last;
}

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const OPEN_BRACE = 0x7b;
const LINE_OF_RECORD = Buffer.from('\n{');
