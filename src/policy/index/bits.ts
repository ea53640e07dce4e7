import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';

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

export function setBit(bits: Int32Array, at: number): void {
  const word = at >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (at & 31));
}

export function hasBit(bits: Int32Array, at: number): boolean {
  return ((bits[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

/** Calls `visit` with the number of every set bit, ascending. */
export function forEachBit(bits: Int32Array, visit: (at: number) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
      visit(word * 32 + (31 - Math.clz32(rest & -rest)));
    }
  }
}
