import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../src/net/address.ts';
import { contains, formatPrefix, parsePrefix } from '../../src/net/prefix.ts';

describe('addresses', () => {
  test.each<[text: string, family: 4 | 6, words: Address['words'], formatted?: string]>([
    ['10.1.2.3', 4, [0, 0, 0, 0x0a010203]],
    ['255.255.255.255', 4, [0, 0, 0, 0xffffffff]],
    ['0.0.0.0', 4, [0, 0, 0, 0]],
    ['::', 6, [0, 0, 0, 0]],
    ['::1', 6, [0, 0, 0, 1]],
    ['fe80::', 6, [0xfe800000, 0, 0, 0]],
    ['2001:DB8::A', 6, [0x20010db8, 0, 0, 10], '2001:db8::a'],
    ['1:2:3:4:5:6:7:8', 6, [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:0:0:4:5:0:0:8', 6, [0x10000, 4, 0x50000, 8], '1::4:5:0:0:8'],
    ['1:0:3:0:0:0:7:8', 6, [0x10000, 0x30000, 0, 0x70008], '1:0:3::7:8'],
    ['1:2:3:4:5:6:7::', 6, [0x10002, 0x30004, 0x50006, 0x70000], '1:2:3:4:5:6:7:0'],
    ['64:ff9b::10.0.0.1', 6, [0x64ff9b, 0, 0, 0x0a000001], '64:ff9b::a00:1'],
    ['::ffff:10.1.2.3', 4, [0, 0, 0, 0x0a010203], '10.1.2.3'],
    ['::ffff:a01:203', 4, [0, 0, 0, 0x0a010203], '10.1.2.3'],
    ['10:0:0:20::', 6, [0x100000, 0x20, 0, 0], '10:0:0:20::'],
  ])('%s', (text, family, words, formatted = text) => {
    expect(parseAddress(text)).toEqual({ family, words });
    expect(formatAddress({ family, words })).toBe(formatted);
  });

  test.each([
    '',
    '10.1.2',
    '10.1.2.3.4',
    '10.1.2.256',
    '10.01.2.3',
    '10.1.2.3 ',
    '+1.2.3.4',
    '1e1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::12345',
    '::g',
    'fe80::1%eth0',
    '10.0.0.1::',
    '1.2.3.4:5::',
    '::1.2.3',
    '::10.1.2.3:4',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test('reading what was formatted gives the same address', () => {
    fc.assert(
      fc.property(anAddress(), (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test('every spelling that fast-check knows is read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        expect(address && parseAddress(formatAddress(address))).toEqual(address);
        expect(address).not.toBeNull();
      }),
    );
  });
});

describe('prefixes', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8', false, false],
    ['10.0.0.5/8', '10.0.0.0/8', true, false],
    ['0.0.0.0/0', '0.0.0.0/0', false, false],
    ['255.255.255.255/1', '128.0.0.0/1', true, false],
    ['10.0.0.1', '10.0.0.1/32', false, true],
    ['2001:db8::1', '2001:db8::1/128', false, true],
    ['2001:db8::1/32', '2001:db8::/32', true, false],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33', true, false],
    ['::/0', '::/0', false, false],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8', false, false],
  ])('%s', (text, formatted, hasHostBits, isBare) => {
    const parsed = parsePrefix(text);
    expect(parsed).toMatchObject({ hasHostBits, isBare });
    expect(parsed && formatPrefix(parsed.prefix)).toBe(formatted);
  });

  test.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '::/129',
    '10.0.0.0/8/8',
    '10/8',
  ])('%j is none', (text) => {
    expect(parsePrefix(text)).toBeNull();
  });

  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '1.2.3.4', false],
    ['::/0', 'fe80::1', true],
    ['2001:db8::/65', '2001:db8::7fff:0:0:1', true],
    ['2001:db8::/65', '2001:db8::8000:0:0:1', false],
    ['10.0.0.1', '10.0.0.1', true],
  ])('%s and %s', (block, address, expected) => {
    const [parsed, inside] = [parsePrefix(block), parseAddress(address)];
    expect(parsed && inside && contains(parsed.prefix, inside)).toBe(expected);
  });

  test('a block holds its own addresses and is read back as it was formatted', () => {
    fc.assert(
      fc.property(anAddress(), fc.nat(128), (address, bits) => {
        const length = bits % (address.family === 4 ? 33 : 129);
        const parsed = parsePrefix(`${formatAddress(address)}/${length}`);
        expect(parsed && contains(parsed.prefix, address)).toBe(true);
        expect(parsed && parsePrefix(formatPrefix(parsed.prefix))?.prefix).toEqual(parsed?.prefix);
      }),
    );
  });
});

/** Either family; words of few bits make runs of zeros likely. */
function anAddress(): fc.Arbitrary<Address> {
  const word = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 0x10000, 0xffff, 0xffffffff));
  const ipv4 = word.map((last): Address => ({ family: 4, words: [0, 0, 0, last] }));
  const ipv6 = fc
    .tuple(word, word, word, word)
    .filter(([first, second, third]) => first !== 0 || second !== 0 || third !== 0xffff)
    .map((words): Address => ({ family: 6, words }));
  return fc.oneof(ipv4, ipv6);
}
