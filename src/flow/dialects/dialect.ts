import type { PolicyHit } from '../../policy/hit.ts';
import type { CarriedName } from './carried.ts';
import type { FieldName, JudgedField } from './fields.ts';

/** What records may come in, by the names of `input.format`. */
export const dialectNames = [
  'goldmane-go',
  'goldmane-protojson',
  'whisker',
  'enterprise',
  'canonical-json',
] as const;

export type DialectName = (typeof dialectNames)[number];

/** One way of writing flow records as JSON: where things are and how they are spelt (flow-records 1, 3). */
export interface Dialect {
  readonly name: DialectName;
  /** Where each field is, as the names of the members that lead to it, joined by dots. */
  readonly paths: Readonly<Partial<Record<FieldName, string>>>;
  /** Where that is which only a conversion reads; the sizes are among `paths`. */
  readonly carried: Readonly<Partial<Record<CarriedName, string>>>;
  /** Members that the whole may be wrapped in; '' = not wrapped. */
  readonly wrappers: readonly string[];
  /** Every field of one of these lists is in each of its records. */
  readonly requires: readonly (readonly FieldName[])[];
  /** What tells it from dialects that have members alike. */
  readonly toldBy: Telling;
  /** An absent member has its type's zero value; otherwise nothing is known of it. */
  readonly omitsZeros: boolean;
  /** The pending list that is replaced goes to `pendingUpstream`. */
  readonly keepsUpstream: boolean;
  /** The pending list is spelt as the lists of the record are. */
  readonly spellsByRecord: boolean;
  /** The pending list as JSON text, written as the record it goes into writes such things. */
  readonly encodeHits: (hits: readonly PolicyHit[], record: JudgedValues) => string;
}

export interface Telling {
  /** One of these fields is there, unless the dialect is given. */
  readonly some?: readonly FieldName[];
  /** None of these is, unless the dialect is given. */
  readonly none?: readonly FieldName[];
  /** The reporter is a word, or it is its number. */
  readonly reporter?: 'word' | 'number';
}

/**
 * Values of one record, as a parser of JSON gives them; `undefined` = absent or null. Of judged fields
 * alone: what is written is remembered by their bytes and serves every record that has the same.
 */
export type JudgedValues = (field: JudgedField) => unknown;
