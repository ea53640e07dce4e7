import { describe, expect, test } from 'vitest';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import { compiled, document, only } from './compiled.ts';
import { isLetIn, letIn, pool, regionIsLetIn, shop } from './let-in.ts';

/** Policies that ask one after the other for as many nets. */
function nets(count: number): string {
  const policies = Array.from({ length: count }, (_, i) =>
    document(
      `GlobalNetworkPolicy g${i}`,
      `{ order: ${i}, types: [Ingress], selector: "app == 'p'",
         ingress: [{ action: ${i === 0 ? 'Allow' : 'Pass'}, source: { nets: [203.0.${i}.0/24] } }] }`,
    ),
  );
  return policies.join('');
}

describe('regions', () => {
  test('public is all but RFC 1918, private is RFC 1918', () => {
    const index = compiled(shop + letIn('nets: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]'));
    expect(regionIsLetIn(index, { kind: 'private' })).toEqual(['yes']);
    expect(regionIsLetIn(index, { kind: 'public' })).toEqual(['no']);
  });

  test('public holds every IPv6 address too', () => {
    const index = compiled(shop + letIn('nets: [0.0.0.0/0]'));
    const families = index.ofRegion({ kind: 'public' }, null).map(({ family }) => family);
    expect(new Set(families)).toEqual(new Set([4, 6]));
  });

  test('are cut by the nets of rules', () => {
    const index = compiled(shop + letIn('nets: [203.0.113.0/24]'));
    expect(regionIsLetIn(index, { kind: 'public' })).toEqual(['no', 'yes']);
  });

  test('leave out addresses that endpoints have', () => {
    const index = compiled(shop + letIn('nets: [10.0.0.1/32, 10.0.0.2/32]'));
    expect(regionIsLetIn(index, { kind: 'private' })).toEqual(['no']);
    expect(regionIsLetIn(index, { kind: 'any' })).toContain('yes');
  });

  test('pools are the blocks of the pools, everything without any', () => {
    const rule = letIn('nets: [10.1.0.0/16]');
    expect(regionIsLetIn(compiled(shop + pool('10.1.0.0/17') + rule), { kind: 'pools' })).toEqual([
      'yes',
    ]);
    expect(regionIsLetIn(compiled(shop + rule), { kind: 'pools' })).toEqual(['no', 'yes']);
  });

  test('beyond a number of classes they are one candidate with open answers', () => {
    const few = compiled(shop + nets(63));
    const many = compiled(shop + nets(64));
    expect(
      few.ofRegion({ kind: 'public' }, null).filter(({ family }) => family === 4),
    ).toHaveLength(64);
    const end = only(many.ofRegion({ kind: 'public' }, null).filter(({ family }) => family === 4));
    expect(isLetIn(many, end)).toBe(`open ${Gap.sourceAddress}`);
  });
});

function lifetime(created: string, edited = created): string {
  return `, uid: u, creationTimestamp: "${created}", managedFields: [{ manager: m, time: "${edited}" }]`;
}

function setDocument(name: string, net: string, more = ''): string {
  return document(
    `GlobalNetworkSet ${name}`,
    `{ nets: [${net}] }`,
    `, labels: { set: ${name} }${more}`,
  );
}

describe('network sets that Felix would have named', () => {
  const rule = letIn("selector: set == 's'");
  const noon = Date.parse('2026-01-01T12:00:00Z');
  const created = 'creationTimestamp: "2026-01-01T00:00:00Z"';
  const edited = 'managedFields: [{ manager: m, time: "2026-01-01T00:00:00Z" }]';

  test.each<readonly [name: string, more: string, expected: readonly string[]]>([
    ['is no public address if it is older than the flow', lifetime('2026-01-01T00:00:00Z'), ['no']],
    ['may be one if it is younger', lifetime('2026-01-02T00:00:00Z'), ['no', 'yes']],
    [
      'may be one if it was edited since',
      lifetime('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
      ['no', 'yes'],
    ],
    ['may be one if nobody knows its age', '', ['no', 'yes']],
    ['may be one if nobody knows when it was made', `, uid: u, ${edited}`, ['no', 'yes']],
    ['may be one if nobody knows when it was edited', `, uid: u, ${created}`, ['no', 'yes']],
    ['may be one if nobody stored it', `, ${created}, ${edited}`, ['no', 'yes']],
  ])('an address of a set %s', (_name, more, expected) => {
    const index = compiled(shop + setDocument('s', '203.0.113.0/24', more) + rule);
    expect(regionIsLetIn(index, { kind: 'public' }, noon)).toEqual(expected);
    expect(regionIsLetIn(index, { kind: 'public' }, null)).toEqual(['no', 'yes']);
  });

  const old = lifetime('2026-01-01T00:00:00Z');
  const named = (yaml: string, name: string, otherNamespace = '', namespace = '') => {
    const index = compiled(shop + yaml + rule);
    const number = index.networkSetNamed(namespace, name);
    return regionIsLetIn(index, { kind: 'set', set: number, otherNamespace }, noon);
  };

  test('the named one holds the address', () => {
    expect(named(setDocument('s', '203.0.113.0/24', old), 's')).toEqual(['yes']);
  });

  test('a longer prefix of another set would have been named instead', () => {
    const both = setDocument('a', '203.0.112.0/22', old) + setDocument('s', '203.0.113.0/24', old);
    expect(named(both, 'a')).toEqual(['no']);
    expect(named(both, 's')).toEqual(['yes']);
  });

  test('unless it is younger than the flow', () => {
    const young = lifetime('2026-01-02T00:00:00Z');
    const both =
      setDocument('a', '203.0.113.0/24', old) + setDocument('s', '203.0.112.0/22', young);
    expect(named(both, 'a')).toEqual(['yes']);
    const within =
      setDocument('a', '203.0.112.0/22', old) + setDocument('s', '203.0.113.0/24', young);
    expect(named(within, 'a')).toEqual(['no', 'yes']);
  });

  test('sets of the other end’s namespace come before global ones, those before the rest', () => {
    const inShop = document('NetworkSet shop/n', '{ nets: [203.0.112.0/22] }', old);
    const both = setDocument('s', '203.0.113.0/24', old) + inShop;
    expect(named(both, 's', 'shop')).toEqual([]);
    expect(named(both, 'n', 'shop', 'shop')).toEqual(['no', 'yes']);
    expect(named(both, 'n', 'bank', 'shop')).toEqual(['no']);
    const longer = document('NetworkSet shop/n', '{ nets: [203.0.113.0/24] }', old);
    const within = setDocument('s', '203.0.112.0/22', old) + longer;
    expect(named(within, 'n', 'shop', 'shop')).toEqual(['yes']);
    expect(named(within, 'n', 'bank', 'shop')).toEqual([]);
  });

  test('of equal prefixes in other namespaces the lower one is named, by namespace first', () => {
    const both =
      document('NetworkSet shop/a', '{ nets: [203.0.113.0/24] }', old) +
      document('NetworkSet bank/b', '{ nets: [203.0.113.0/24] }', old);
    expect(named(both, 'a', 'pay', 'shop')).toEqual([]);
    expect(named(both, 'b', 'pay', 'bank')).toEqual(['no']);
  });

  test('what was asked of one set is no answer for another, nor for another namespace', () => {
    const inShop = document('NetworkSet shop/n', '{ nets: [203.0.112.0/22] }', old);
    const index = compiled(shop + setDocument('s', '203.0.113.0/24', old) + inShop + rule);
    const asked = (set: number, otherNamespace: string) =>
      regionIsLetIn(index, { kind: 'set', set, otherNamespace }, noon);
    const [s, n] = [index.networkSetNamed('', 's'), index.networkSetNamed('shop', 'n')];
    const answers = () => [asked(s, ''), asked(n, ''), asked(n, 'shop'), asked(s, 'shop')];
    expect(answers()).toEqual([['yes'], ['no'], ['no', 'yes'], []]);
    expect(answers()).toEqual([['yes'], ['no'], ['no', 'yes'], []]);
  });

  test('a set has the longest of its prefixes', () => {
    const two = setDocument('s', '203.0.113.0/24, 203.0.0.0/16', old);
    expect(named(setDocument('a', '203.0.112.0/23', old) + two, 's')).toEqual(['yes']);
    expect(
      named(setDocument('a', '203.0.0.0/16', old) + setDocument('s', '203.0.113.0/24', old), 'a'),
    ).toEqual(['no']);
  });

  test('that has the longest of its prefixes is named before one between', () => {
    const index = compiled(
      shop +
        setDocument('a', '203.0.112.0/23', old) +
        setDocument('s', '203.0.113.0/24, 203.0.0.0/16', old) +
        letIn('nets: [203.0.113.0/24]'),
    );
    const region = (name: string) =>
      ({ kind: 'set', set: index.networkSetNamed('', name), otherNamespace: '' }) as const;
    expect(regionIsLetIn(index, region('a'), noon)).toEqual(['no']);
    expect(regionIsLetIn(index, region('s'), noon)).toEqual(['no', 'yes']);
  });

  test('of equal prefixes the lower name is named', () => {
    const both = setDocument('a', '203.0.113.0/24', old) + setDocument('s', '203.0.113.0/24', old);
    expect(named(both, 's')).toEqual([]);
    expect(named(both, 'a')).toEqual(['yes']);
  });
});
