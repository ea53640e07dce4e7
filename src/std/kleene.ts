import { MAYBE, NO, YES, type Ternary } from './ternary.ts';

/** Kleene's `and`. */
export function least(a: Ternary, b: Ternary): Ternary {
  return a < b ? a : b;
}

/** Kleene's `or`. */
export function most(a: Ternary, b: Ternary): Ternary {
  return a > b ? a : b;
}

/** Kleene's `not`. */
export function negate(answer: Ternary): Ternary {
  if (answer === MAYBE) return MAYBE;
  return answer === YES ? NO : YES;
}
