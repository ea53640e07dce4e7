/** Kleene's three values: `no` 0, `maybe` 1, `yes` 2. and = min, or = max, not = 2 - x. */
export type Ternary = 0 | 1 | 2;

export const NO = 0;
export const MAYBE = 1;
export const YES = 2;
