import { decodeHit, encodeHit } from '../../src/policy/hit-json.ts';
import { formatHit, parseHit, type HitGrammar } from '../../src/policy/hit-text.ts';
import { conformanceRows } from '../support/conformance.ts';
import { checkRows, type FileResult } from './file-result.ts';

/** A hit's text, and what Calico's own code makes of it. */
export interface HitRow {
  readonly id?: string;
  readonly hit: string;
  readonly dialect: 'v3.31' | 'v3.32';
  readonly valid: boolean;
  readonly parsed?: unknown;
  readonly goldmane?: unknown;
  readonly rendered?: string;
}

/**
 * Calico prints the tier of a profile's end of tier as an empty text, which nobody can read again; the
 * hit cannot occur.
 */
const unprintable = '0|__PROFILE__|pro:kns.shop|deny|-1';

/** Compares what we make of every hit with what Calico makes of it. */
export function checkHits(): FileResult {
  return checkRows(hitRows(), {
    name: (row, index) => row.id ?? String(index),
    expected: ({ hit, valid, parsed, goldmane, rendered }) => ({
      valid,
      whisker: sorted(parsed),
      goldmane: sorted(goldmane),
      rendered: hit === unprintable ? undefined : rendered,
      isReadAlike: valid,
    }),
    actual: answerHit,
  });
}

export function hitRows(): readonly HitRow[] {
  return conformanceRows<HitRow>('hits');
}

export function grammarOfRow({ dialect }: HitRow): HitGrammar {
  return dialect === 'v3.31' ? 'old' : 'new';
}

function answerHit(row: HitRow): unknown {
  const hit = parseHit(row.hit, grammarOfRow(row));
  if ('message' in hit) return { valid: false, isReadAlike: false };
  const isSame = (other: unknown): boolean => JSON.stringify(other) === JSON.stringify(hit);
  const isRendered = row.rendered !== undefined && row.hit !== unprintable;
  return {
    valid: true,
    whisker: sorted(encodeHit(hit, 'whisker')),
    goldmane: row.goldmane === undefined ? undefined : sorted(encodeHit(hit, 'goldmane-go')),
    // Calico refuses to print hits whose kind and namespace disagree.
    rendered: isRendered ? formatHit(hit, grammarOfRow(row)) : undefined,
    isReadAlike:
      isSame(parseHit(row.hit)) &&
      isSame(decodeHit(row.parsed)) &&
      (row.goldmane === undefined || isSame(decodeHit(row.goldmane))),
  };
}

/** The same JSON with members in the order of their names. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
