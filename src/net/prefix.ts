import { formatAddress, parseAddress, type Address, type Prefix } from './address.ts';

export interface ParsedPrefix {
  readonly prefix: Prefix;
  /** The text had bits beyond the prefix length; `prefix` has not. */
  readonly hasHostBits: boolean;
  /** A bare address: read as a block of one. */
  readonly isBare: boolean;
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32` or a bare address. Null if the text is none of them. A block
 * of IPv4-mapped IPv6 addresses is the IPv4 block.
 */
export function parsePrefix(text: string): ParsedPrefix | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === null) return null;
  const bitsMax = address.family === 4 ? 32 : 128;
  if (slash === -1) {
    return { prefix: { address, length: bitsMax }, hasHostBits: false, isBare: true };
  }
  const digits = text.slice(slash + 1);
  // A mapped address is written in 128 bits, the last 32 of which count.
  const skipped = address.family === 4 && text.includes(':') ? 96 : 0;
  const length = /^[0-9]{1,3}$/.test(digits) ? Number(digits) - skipped : -1;
  if (length < 0 || length > bitsMax) return null;
  const network = masked(address, length);
  const hasHostBits = !isSame(network, address);
  return { prefix: { address: network, length }, hasHostBits, isBare: false };
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** Whether the block holds the address; the families never hold each other (semantics 4.3). */
export function contains(prefix: Prefix, address: Address): boolean {
  return isSame(masked(address, prefix.length), prefix.address);
}

function isSame(left: Address, right: Address): boolean {
  return (
    left.family === right.family && left.words.every((word, index) => word === right.words[index])
  );
}

/** The address with every bit beyond the first `length` of its family set to zero. */
function masked({ family, words }: Address, length: number): Address {
  const bits = family === 4 ? length + 96 : length;
  const [first, second, third, fourth] = words;
  return {
    family,
    words: [
      maskedWord(first, bits),
      maskedWord(second, bits - 32),
      maskedWord(third, bits - 64),
      maskedWord(fourth, bits - 96),
    ],
  };
}

function maskedWord(word: number, bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? word : (word & (-1 << (32 - bits))) >>> 0;
}
