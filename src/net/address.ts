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

/**
 * Reads a dotted quad without leading zeros, or an IPv6 address without a zone. An IPv4-mapped IPv6
 * address is the IPv4 one (semantics 4.3). Null if the text is neither.
 */
export function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const word = ipv4Word(text);
    return word === null ? null : { family: 4, words: [0, 0, 0, word] };
  }
  const words = ipv6Words(text);
  if (words === null) return null;
  return isMapped(words) ? { family: 4, words: [0, 0, 0, words[3]] } : { family: 6, words };
}

/** The address as it is usually written: dotted quad, or RFC 5952. */
export function formatAddress({ family, words }: Address): string {
  return family === 4 ? octets(words[3]).join('.') : formatIpv6(words);
}

type Words = Address['words'];

function isMapped(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

const octet = /^(?:0|[1-9][0-9]{0,2})$/;

function ipv4Word(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let word = 0;
  for (const part of parts) {
    if (!octet.test(part) || Number(part) > 255) return null;
    word = word * 256 + Number(part);
  }
  return word;
}

function ipv6Words(text: string): Words | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === 8 ? wordsOf(head) : null;
  const missing = 8 - head.length - tail.length;
  // `::` stands for at least one group.
  if (missing < 1) return null;
  return wordsOf([...head, ...Array.from({ length: missing }, () => 0), ...tail]);
}

/** The 16-bit groups of one side of a `::`; only the last may end in a dotted quad. */
function groupsOf(text: string, isLast: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const word = isLast && index === parts.length - 1 ? ipv4Word(part) : null;
    if (word === null) return null;
    groups.push(word >>> 16, word & 0xffff);
  }
  return groups;
}

function wordsOf(groups: readonly number[]): Words {
  const word = (index: number): number =>
    (groups[2 * index] ?? 0) * 0x10000 + (groups[2 * index + 1] ?? 0);
  return [word(0), word(1), word(2), word(3)];
}

function octets(word: number): number[] {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255];
}

/** Shortens the first of the longest runs of two or more zero groups. */
function formatIpv6(words: Words): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)];
  let longest: RegExpExecArray | undefined;
  for (const run of runs) {
    const zeros = run[0].replace(/^:/, '').length;
    if (zeros > (longest?.[0].replace(/^:/, '').length ?? 0)) longest = run;
  }
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
