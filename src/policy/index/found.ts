import { MAYBE, YES, type Ternary } from '../../std/ternary.ts';

/** A number that is there, or only may be (`Ternary` but `no`), as one number. */
export function found(number: number, certainty: Ternary): number {
  return number * 2 + (certainty === YES ? 0 : 1);
}

export function numberOfFound(entry: number): number {
  return Math.floor(entry / 2);
}

export function certaintyOfFound(entry: number): Ternary {
  return entry % 2 === 0 ? YES : MAYBE;
}
