/** An address as four unsigned 32-bit words, most significant first. IPv4 (and IPv4-mapped IPv6) lies in the last word. */
export interface Address {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

/** A block of addresses; the host bits of `address` are zero. `length` counts within the family: 0..32 or 0..128. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
}
