import type { PolicyHit } from '../../policy/hit.ts';
import type { FieldName } from './fields.ts';

export type DialectName = 'goldmane-go' | 'whisker' | 'canonical-json';

/** One way of writing flow records as JSON: where things are and how they are spelt (flow-records 1, 3). */
export interface Dialect {
  readonly name: DialectName;
  /** Where each field is, as the names of the members that lead to it, joined by dots. */
  readonly paths: Readonly<Partial<Record<FieldName, string>>>;
  /** Members that the whole may be wrapped in; '' = not wrapped. */
  readonly wrappers: readonly string[];
  /** Every field of one of these lists is in each of its records. */
  readonly requires: readonly (readonly FieldName[])[];
  /** Fields of which one must be there too if the dialect is to be told from others; empty = none. */
  readonly toldBy: readonly FieldName[];
  /** An absent member has its type's zero value; otherwise nothing is known of it. */
  readonly omitsZeros: boolean;
  /** The pending list as JSON text. */
  readonly encodeHits: (hits: readonly PolicyHit[]) => string;
}
