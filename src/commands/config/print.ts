import type { GivenValue } from './layers.ts';
import { settings } from './settings.ts';

/** The effective value of every key and where it came from, a line each; secrets masked. */
export function formatValues(values: readonly GivenValue[]): string {
  const rows = effectiveValues(values).map(({ key, value, source }) => [
    `${key}: ${value === undefined ? '' : JSON.stringify(value)}`.trimEnd(),
    `# ${source}`,
  ]);
  const width = Math.min(60, Math.max(...rows.map(([left = '']) => left.length)));
  return rows.map(([left = '', right = '']) => `${left.padEnd(width)}  ${right}\n`).join('');
}

/** The same as data; `value` is `undefined` where nothing is set. */
export function effectiveValues(values: readonly GivenValue[]): GivenValue[] {
  const given = new Map(values.map((value) => [value.key, value]));
  return settings.map(({ key, isSecret }) => {
    const found = given.get(key);
    if (found === undefined) return { key, value: undefined, source: 'not set' };
    return isSecret ? { ...found, value: '********' } : found;
  });
}
