// Regions as one place, of which only that is certain which all of its addresses share.
import { describe, expect, test } from 'vitest';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import type { Region } from '../../../src/policy/index/candidate.ts';
import { compiled, connection, document, ip, only, podOf, summary } from './compiled.ts';
import { isLetIn, letIn, regionIsLetIn, shop } from './let-in.ts';

const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s1, namespace: bank, labels: { kubernetes.io/service-name: ledger } }
addressType: IPv4
endpoints: [{ addresses: [10.7.0.1] }]
ports: [{ port: 5432, protocol: TCP }]
`;

const wide = document(
  'GlobalNetworkSet wide',
  '{ nets: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] }',
  ', labels: { wide: yes }',
);
const narrow = document(
  'GlobalNetworkSet narrow',
  '{ nets: [172.16.0.0/16] }',
  ', labels: { narrow: yes }',
);

const folded = (yaml: string, kind: 'private' | 'public' | 'any') => {
  const index = compiled(shop + wide + narrow + slice + yaml);
  const region: Region = { kind };
  const ends = index.ofRegion(region, null, 'folded');
  return { index, end: only(ends.filter(({ family }) => family === 4)) };
};

describe('a folded region is certain of what its addresses share', () => {
  const allPrivate = 'nets: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]';

  test.each<readonly [name: string, source: string, expected: string]>([
    ['nets that hold all', allPrivate, 'yes'],
    ['nets that hold none', 'nets: [203.0.113.0/24]', 'no'],
    ['nets that hold the first', 'nets: [10.0.0.0/8]', `open ${Gap.sourceAddress}`],
    ['nets that hold one between', 'nets: [172.16.0.0/16]', `open ${Gap.sourceAddress}`],
    ['nets that hold the last', 'nets: [192.168.0.0/16]', `open ${Gap.sourceAddress}`],
    ['excluded nets that hold some', 'notNets: [10.0.0.0/8]', `open ${Gap.sourceAddress}`],
    ['a set that holds all', "selector: wide == 'yes'", 'yes'],
    ['a set that holds some', "selector: narrow == 'yes'", `open ${Gap.networkSet}`],
    ['a set that holds none', "selector: other == 'yes'", 'no'],
    [
      'a service of one',
      'services: { name: ledger, namespace: bank }',
      `open ${Gap.sourceAddress}`,
    ],
    ['a service of none', 'services: { name: other, namespace: bank }', 'no'],
  ])('%s', (_name, source, expected) => {
    const { index, end } = folded(letIn(source), 'private');
    expect(isLetIn(index, end)).toBe(expected);
  });

  test('each family is one of its own', () => {
    const { index } = folded(letIn('nets: [10.0.0.0/8]'), 'any');
    const families = index.ofRegion({ kind: 'any' }, null, 'folded').map(({ family }) => family);
    expect(families).toEqual([4, 6]);
  });

  test('classes are places of their own where they are told apart', () => {
    const { index } = folded(letIn('nets: [10.0.0.0/8]'), 'private');
    const private4 = index.ofRegion({ kind: 'private' }, null);
    expect(private4.map((end) => isLetIn(index, end)).toSorted()).toEqual(
      expect.arrayContaining(['no', 'yes']),
    );
    expect(private4.length).toBeGreaterThan(2);
  });
});

const towards = (service: string) =>
  document(
    'GlobalNetworkPolicy g',
    `{ types: [Egress], selector: "app == 'p'",
       egress: [{ action: Allow, destination: { services: { name: ${service}, namespace: bank } } }] }`,
  );

describe('a service as the destination of a folded region', () => {
  const denied = 'deny: 0|default|gnp:g|deny|-1';

  test.each<readonly [name: string, service: string, numbers: object, expected: string]>([
    ['may be there on its port', 'ledger', { destPort: 5432 }, 'allow|deny:'],
    ['is not on another port', 'ledger', { destPort: 5433 }, denied],
    ['is not on that port of another protocol', 'ledger', { protocol: 17, destPort: 5432 }, denied],
    ['has no ports of ICMP', 'ledger', { protocol: 1, destPort: -1 }, denied],
    ['may be there on an unknown port', 'ledger', { destPort: -1 }, 'allow|deny:'],
    ['is nowhere if it has no endpoints', 'other', { destPort: 5432 }, denied],
  ])('%s', (_name, service, numbers, expected) => {
    const { index, end } = folded(towards(service), 'private');
    const between = connection(podOf(index, 'shop', 'p'), end, { direction: 'egress', ...numbers });
    expect(summary(index.evaluate(between, 'enforced', 'strict'))).toBe(expected);
  });
});

test.each(Array.from({ length: 16 }, (_, i) => i + 1))(
  'a service is no more certain of an address that %i more slices name',
  (count) => {
    const more = Array.from({ length: count }, (_, i) => slice.replace('s1', `more-${i}`));
    const { index, end } = folded(towards('ledger') + more.join(''), 'private');
    const between = { direction: 'egress', destPort: 5432 } as const;
    const facts = connection(podOf(index, 'shop', 'p'), end, between);
    expect(summary(index.evaluate(facts, 'enforced', 'strict'))).toBe('allow|deny:');
  },
);

const host = (metadata: string) =>
  document(
    'HostEndpoint h',
    '{ node: n1, interfaceName: eth0, expectedIPs: [192.168.0.1] }',
    metadata,
  );

const at = (time: string) =>
  `, uid: u, creationTimestamp: "${time}", managedFields: [{ manager: m, time: "${time}" }]`;

describe('an address of a host', () => {
  const noon = Date.parse('2026-01-01T12:00:00Z');
  const rule = letIn('nets: [192.168.0.1/32]');

  test.each<readonly [name: string, yaml: string, expected: readonly string[]]>([
    ['is no other end’s if the host is older than the flow', at('2026-01-01T00:00:00Z'), ['no']],
    ['nor if it is as old', at('2026-01-01T12:00:00Z'), ['no']],
    ['may be one if the host is younger', at('2026-01-02T00:00:00Z'), ['no', 'yes']],
    ['may be one if nobody knows its age', '', ['no', 'yes']],
  ])('%s', (_name, metadata, expected) => {
    const index = compiled(shop + host(metadata) + rule);
    expect(regionIsLetIn(index, { kind: 'private' }, noon)).toEqual(expected);
  });

  test('is no other end’s if one of two hosts is older than the flow', () => {
    const other = host('').replace('name: h', 'name: i');
    const index = compiled(shop + host(at('2026-01-01T00:00:00Z')) + other + rule);
    expect(regionIsLetIn(index, { kind: 'private' }, noon)).toEqual(['no']);
  });

  test('may be that of an end of which nothing is known', () => {
    const index = compiled(shop + host(at('2026-01-01T00:00:00Z')) + rule);
    expect(regionIsLetIn(index, { kind: 'any' }, noon)).toContain('yes');
  });

  test('is no pod’s', () => {
    const index = compiled(shop + host('') + rule);
    const words = { namespace: 'shop', labels: new Map(), isAggregate: false, isWorkload: true };
    const answers = index.ofLabels(words, { kind: 'private' }).map((end) => isLetIn(index, end));
    expect(new Set(answers)).toEqual(new Set(['no']));
    expect(index.ofRegion({ kind: 'any' }, noon).map((end) => isLetIn(index, end))).toContain(
      'yes',
    );
  });

  test('has no labels of the host for a pod that is said to be there', () => {
    const labelled = host(', labels: { host: yes }');
    const index = compiled(shop + labelled + letIn("selector: host == 'yes'"));
    const words = { namespace: 'shop', labels: new Map(), isAggregate: false, isWorkload: true };
    const address = ip('192.168.0.1');
    const pod = only(index.ofLabels(words, { kind: 'address', address }));
    expect([pod, index.ofAddress(address)].map((end) => isLetIn(index, end))).toEqual([
      'no',
      'yes',
    ]);
  });

  test('is owned by nobody unknown, though a pool covers it', () => {
    const pool = document('IPPool pool', '{ cidr: 192.168.0.0/16 }');
    const index = compiled(shop + pool + host('') + letIn("selector: app == 'w'"));
    const [owned, other] = ['192.168.0.1', '192.168.0.2'].map((text) =>
      isLetIn(index, index.ofAddress(ip(text))),
    );
    expect([owned, other]).toEqual(['no', `open ${Gap.addressOwner}`]);
  });
});
