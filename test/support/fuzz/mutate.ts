/** Numbers from 0 (inclusive) to 1, the same for the same seed. */
export type Random = () => number;

/** Mulberry32: small, quick, and good enough to choose bytes with. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the seeds, changed in a few ways; now and then bytes that never were anything. */
export function mutated(seeds: readonly Buffer[], random: Random): Buffer {
  if (random() < 0.02) return noise(below(random, 200), random);
  let bytes: Buffer = pick(seeds, random);
  for (let left = 1 + below(random, 4); left > 0; left -= 1) {
    bytes = pick(mutations, random)(bytes, random, seeds);
  }
  return bytes;
}

type Mutation = (bytes: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer;

const mutations: readonly Mutation[] = [
  // A byte becomes another.
  (bytes, random) => withByte(bytes, random, () => below(random, 256)),
  // A bit flips.
  (bytes, random) => withByte(bytes, random, (byte) => byte ^ (1 << below(random, 8))),
  // A byte becomes one that means something somewhere.
  (bytes, random) => withByte(bytes, random, () => pick(telling, random)),
  // Four bytes become a number that lies.
  (bytes, random) => {
    const [at] = range(bytes, random);
    return splice(bytes, [at, at + 4], fourBytes(pick(lies, random)));
  },
  // A piece goes.
  (bytes, random) => splice(bytes, range(bytes, random), Buffer.alloc(0)),
  // The end goes.
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  // A piece comes twice, or many times.
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    const piece = bytes.subarray(from, to);
    const count = random() < 0.1 ? 50 : 1;
    return splice(bytes, [to, to], Buffer.alloc(piece.length * count, piece));
  },
  // Something comes in between.
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    return splice(bytes, [at, at], pick(intruders, random));
  },
  // A piece of another takes the place of one.
  (bytes, random, seeds) => {
    const other = pick(seeds, random);
    const [from, to] = range(other, random);
    return splice(bytes, range(bytes, random), other.subarray(from, to));
  },
];

const telling: readonly number[] = [...Buffer.from('\0\n"\\{}[],:-0e.'), 0x7f, 0x80, 0xc0, 0xff];
const lies: readonly number[] = [
  0, 1, 0x7f, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
const intruders: readonly Buffer[] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\u0000',
  '\\ud800',
  'null',
  '1e999',
  '-0',
  '9007199254740993',
  '"__proto__":{},',
  '"Key":{',
  '"evaluation":{"evaluator":"rehearsal/0"},',
  '\uFEFF',
  '[[[[[[[[',
]
  .map((text) => Buffer.from(text))
  .concat(
    ['00', 'ff', '80808080', 'ffffffffff', 'c328', 'eda080'].map((hex) => Buffer.from(hex, 'hex')),
  );

function withByte(bytes: Buffer, random: Random, change: (byte: number) => number): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  const at = below(random, copy.length);
  copy[at] = change(copy[at] ?? 0) & 0xff;
  return copy;
}

function splice(bytes: Buffer, [from, to]: readonly [number, number], piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(to)]);
}

/** A piece of at most 64 bytes. */
function range(bytes: Buffer, random: Random): [number, number] {
  const from = below(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + below(random, 64))];
}

function noise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => below(random, 256)));
}

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
