// Hot: measured by bench/micro/records.bench.ts.

/** Read in place of a number that its field cannot hold. */
export const OUT_OF_RANGE = Number.POSITIVE_INFINITY;

/**
 * A whole number of 64 bits, written as number or as text; one below 0 is read as 0, one above 2^53
 * as the nearest double. `NaN` = no number, `OUT_OF_RANGE` = more than 64 bits, or a fraction.
 */
export function readCount(bytes: Buffer, start: number, end: number): number {
  const count = readDigits(bytes, start, end);
  return count >= 0 ? count : countOf(bytes.toString('utf8', start, end));
}

/**
 * A time in ms since 1970, from RFC 3339 or from a number of s, ms, us or ns, told apart by its size
 * (flow-records 3.3). 0 = not given, as Go writes it; `NaN` and `OUT_OF_RANGE` as in `readCount`.
 */
export function readTimeMs(bytes: Buffer, start: number, end: number): number {
  const count = readDigits(bytes, start, end);
  if (count >= 0) return timeOfCount(count);
  const seconds = readUtcSeconds(bytes, start, end);
  if (seconds >= 0) return seconds * 1000;
  const json = bytes.toString('utf8', start, end);
  const value: unknown = JSON.parse(json);
  if (typeof value === 'string' && RFC_3339.test(value)) return Math.max(0, Date.parse(value));
  return timeOfCount(countOf(json));
}

const DIGITS_MAX = 18;

/** -1 unless the value is a few digits and nothing else, which is how nearly all are written. */
function readDigits(bytes: Buffer, start: number, end: number): number {
  if (end - start > DIGITS_MAX) return -1;
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    count = count * 10 + digit;
  }
  return count;
}

const UTC_SECONDS = Buffer.from('"0000-00-00T00:00:00Z"');

/** Whisker's form of a time; -1 for any other. */
function readUtcSeconds(bytes: Buffer, start: number, end: number): number {
  if (end - start !== UTC_SECONDS.length || !hasForm(bytes, start, UTC_SECONDS)) return -1;
  const year = readDigits(bytes, start + 1, start + 5);
  const month = readDigits(bytes, start + 6, start + 8);
  const day = readDigits(bytes, start + 9, start + 11);
  const hour = readDigits(bytes, start + 12, start + 14);
  const minute = readDigits(bytes, start + 15, start + 17);
  const second = readDigits(bytes, start + 18, start + 20);
  const isDay = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return -1;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

/** Digits where the form has zeros, and its very bytes elsewhere. */
function hasForm(bytes: Buffer, start: number, form: Buffer): boolean {
  for (let i = 0; i < form.length; i += 1) {
    const byte = bytes[start + i]!;
    if (form[i] === ZERO ? byte < ZERO || byte > NINE : byte !== form[i]) return false;
  }
  return true;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const WHOLE_NUMBER = /^-?\d+$/;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
// A longer text is no number of 64 bits, however many zeros it begins with.
const NUMBER_CHARACTERS_MAX = 64;

/** A whole number of 64 bits from the JSON text of a number or of a text; `null` = it is none. */
export function exactCount(json: string): bigint | null {
  const value: unknown = JSON.parse(json);
  const text = typeof value === 'string' ? value : json;
  if (text.length > NUMBER_CHARACTERS_MAX) return null;
  const isExact = WHOLE_NUMBER.test(text);
  if (!isExact && (typeof value !== 'number' || !Number.isInteger(value))) return null;
  const count = BigInt(isExact ? text : Number(value));
  return count > INT64_MAX || count < INT64_MIN ? null : count;
}

/** From the JSON text of a value: an exact answer even where a double is not. */
function countOf(json: string): number {
  if (json === 'null') return 0;
  const exact = exactCount(json);
  if (exact !== null) return Math.max(0, Number(exact));
  const value: unknown = JSON.parse(json);
  if (typeof value === 'number') return OUT_OF_RANGE;
  const isNumber =
    typeof value === 'string' && (value.length > NUMBER_CHARACTERS_MAX || WHOLE_NUMBER.test(value));
  return isNumber ? OUT_OF_RANGE : Number.NaN;
}

const SECONDS_MAX = 1e11;
const MILLISECONDS_MAX = 1e14;
const MICROSECONDS_MAX = 1e17;

/** ms since 1970 of a number of s, ms, us or ns. */
export function timeOfCount(count: number): number {
  if (count < SECONDS_MAX) return count * 1000;
  if (count < MILLISECONDS_MAX) return count;
  return Math.trunc(count < MICROSECONDS_MAX ? count / 1000 : count / 1_000_000);
}

const ZERO = 0x30;
const NINE = 0x39;
