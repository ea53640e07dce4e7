/**
 * A parsed selector (semantics 3.2). `and` and `or` hold two or more operands; runs of `!` are
 * shortened to one or none, so that a `not` stands under a `not` only where a parenthesis stood.
 */
export type Selector =
  | LabelTest
  | { readonly kind: 'all' }
  | { readonly kind: 'global' }
  | { readonly kind: 'not'; readonly operand: Selector }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Selector[] };

/** A question about one label. `in` and `notIn` values are sorted by bytes and distinct. */
export type LabelTest =
  | { readonly kind: 'has'; readonly key: string }
  | {
      readonly kind: 'eq' | 'ne' | 'contains' | 'startsWith' | 'endsWith';
      readonly key: string;
      readonly value: string;
    }
  | { readonly kind: 'in' | 'notIn'; readonly key: string; readonly values: readonly string[] };
