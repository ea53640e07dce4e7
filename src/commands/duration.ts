/** `250ms`, `60s`, `5m`, `2h`, `7d` in ms; a bare number is none. `null` if it is not one. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (match === null) return null;
  const unit = unitMs.get(match[2] ?? '');
  return unit === undefined ? null : Number(match[1]) * unit;
}

/** RFC 3339 in ms since 1970. `null` if it is not one, or names a day that does not exist. */
export function parseTime(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return null;
  const day = match[1] ?? '';
  const ms = Date.parse(text.toUpperCase());
  const midnight = new Date(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return Number.isNaN(ms) || !exists ? null : ms;
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
