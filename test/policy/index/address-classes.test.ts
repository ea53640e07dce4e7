import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, Prefix } from '../../../src/net/address.ts';
import { contains, parsePrefix } from '../../../src/net/prefix.ts';
import { AddressSpaceBuilder, classOf } from '../../../src/policy/index/address-classes.ts';
import { tagsOf } from '../../../src/policy/index/spaces.ts';
import { TagSort } from '../../../src/policy/index/tables.ts';
import { ip } from './compiled.ts';

const NETS = TagSort.nets;

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed === null) throw new Error(`${text} is no prefix`);
  return parsed.prefix;
}

function spaceOf(prefixes: readonly Prefix[]) {
  const builder = new AddressSpaceBuilder();
  prefixes.forEach((one, number) => builder.add(one, { sort: NETS, number }));
  return builder.finish();
}

/** The classes of what no prefix holds, one of each family. */
const ROOTS = 2;

/** Numbers of the prefixes that hold the address. */
function holders(space: ReturnType<typeof spaceOf>, address: Address): number[] {
  const tags = tagsOf(space, classOf(space, address));
  return tags.map((tag) => space.tagNumber[tag] ?? -1).toSorted((a, b) => a - b);
}

// Few distinct words make prefixes nest and addresses fall on their edges.
const word = fc.constantFrom(0, 1, 0x0a000000, 0x0a000001, 0x0aff00ff, 0x7fffffff, 0xffffffff);
const family = fc.constantFrom<4 | 6>(4, 6);

const addresses: fc.Arbitrary<Address> = family.chain((one) =>
  fc
    .tuple(word, word, word, word)
    .map(([a, b, c, d]) => ({ family: one, words: one === 4 ? [0, 0, 0, d] : [a, b, c, d] })),
);

const prefixes: fc.Arbitrary<Prefix> = addresses.chain((address) =>
  fc
    .integer({ min: 0, max: address.family === 4 ? 32 : 128 })
    .map((length) => ({ address: masked(address, length), length })),
);

function masked({ family: one, words }: Address, length: number): Address {
  const bits = one === 4 ? length + 96 : length;
  const [a, b, c, d] = words.map((part, i) => {
    const kept = Math.min(32, Math.max(0, bits - i * 32));
    return kept === 0 ? 0 : (part & (-1 << (32 - kept))) >>> 0;
  });
  return { family: one, words: [a ?? 0, b ?? 0, c ?? 0, d ?? 0] };
}

describe('classes of addresses', () => {
  test('tell of every address which prefixes hold it', () => {
    fc.assert(
      fc.property(fc.array(prefixes, { maxLength: 12 }), addresses, (nets, address) => {
        const expected = nets.flatMap((net, number) => (contains(net, address) ? [number] : []));
        expect(holders(spaceOf(nets), address)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('count their addresses', () => {
    const space = spaceOf([prefix('10.0.0.0/8'), prefix('10.1.0.0/16'), prefix('fd00::/127')]);
    const free = (text: string) => space.classFree[classOf(space, ip(text))];
    expect(free('10.1.2.3')).toBe(2 ** 16);
    expect(free('10.2.0.0')).toBe(2 ** 24 - 2 ** 16);
    expect(free('11.0.0.0')).toBe(2 ** 32 - 2 ** 24);
    expect(free('fd00::1')).toBe(2);
  });

  test('are one for prefixes that say the same', () => {
    const builder = new AddressSpaceBuilder();
    for (let i = 0; i < 200; i++) builder.add(prefix(`10.${i}.0.0/16`), { sort: NETS, number: 7 });
    const space = builder.finish();
    expect(space.classParent.length).toBe(3);
    expect(space.classes4).toHaveLength(3);
    expect(classOf(space, ip('10.0.0.1'))).toBe(classOf(space, ip('10.199.255.255')));
  });

  type Said = readonly [prefix: string, sort: number, number: number];
  test.each<readonly [name: string, said: readonly Said[], classes: number]>([
    [
      'one for what is said in any order',
      [
        ['10.0.0.0/8', NETS, 1],
        ['10.0.0.0/8', NETS, 2],
        ['11.0.0.0/8', NETS, 2],
        ['11.0.0.0/8', NETS, 1],
      ],
      1,
    ],
    [
      'none for what was said around',
      [
        ['10.0.0.0/8', NETS, 1],
        ['10.1.0.0/16', NETS, 1],
      ],
      1,
    ],
    [
      'none for what was said further around',
      [
        ['10.0.0.0/8', NETS, 1],
        ['10.1.0.0/16', NETS, 2],
        ['10.1.1.0/24', NETS, 1],
      ],
      2,
    ],
    [
      'one for nets of any length',
      [
        ['10.0.0.0/8', NETS, 1],
        ['11.1.0.0/16', NETS, 1],
      ],
      1,
    ],
    [
      'one for each length of a set',
      [
        ['10.0.0.0/8', TagSort.networkSet, 1],
        ['11.1.0.0/16', TagSort.networkSet, 1],
      ],
      2,
    ],
  ])('are %s', (_name, said, classes) => {
    const builder = new AddressSpaceBuilder();
    for (const [text, sort, number] of said) builder.add(prefix(text), { sort, number });
    expect(builder.finish().classParent.length - ROOTS).toBe(classes);
  });

  test('do not grow with depth', () => {
    const nested = Array.from({ length: 33 }, (_, length) => prefix(`0.0.0.0/${length}`));
    const space = spaceOf(nested);
    expect(space.classTags.items.length).toBe(33);
    expect(holders(space, ip('0.0.0.0'))).toHaveLength(33);
    expect(holders(space, ip('255.0.0.0'))).toHaveLength(1);
  });
});
