import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { setBit } from './bits.ts';

/** A row of three-valued answers as two rows of bits; no bit is set in both. */
export interface TernaryBits {
  readonly yes: Int32Array;
  readonly maybe: Int32Array;
}

export function ternaryBits(words: number): TernaryBits {
  return { yes: new Int32Array(words), maybe: new Int32Array(words) };
}

export function getTernary({ yes, maybe }: TernaryBits, at: number): Ternary {
  const word = at >>> 5;
  const bit = 1 << (at & 31);
  if (((yes[word] ?? 0) & bit) !== 0) return YES;
  return ((maybe[word] ?? 0) & bit) !== 0 ? MAYBE : NO;
}

export function setTernary(bits: TernaryBits, at: number, value: Ternary): void {
  if (value === YES) setBit(bits.yes, at);
  else if (value === MAYBE) setBit(bits.maybe, at);
}
