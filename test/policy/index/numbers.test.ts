import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberClassesOf } from '../../../src/policy/index/number-classes.ts';
import { listOf } from '../../../src/policy/index/lists.ts';
import { ALL_PORTS, NO_PORTS, PortSetBuilder } from '../../../src/policy/index/port-sets.ts';
import { cluster, compiled, document } from './compiled.ts';

const port = fc.integer({ min: 0, max: 65_535 });
const range = fc
  .tuple(port, port)
  .map(([a, b]): readonly [number, number] => (a < b ? [a, b] : [b, a]));
const lists = fc.option(
  fc.record({ ranges: fc.array(range, { maxLength: 5 }), names: fc.constant([]) }),
);

type List = { readonly ranges: readonly (readonly [number, number])[] } | null;

function holds(list: List, one: number): boolean {
  return list === null || list.ranges.some(([low, high]) => one >= low && one <= high);
}

describe('sets of ports', () => {
  test('hold what is in the list and not in the exceptions', () => {
    fc.assert(
      fc.property(lists, lists, port, (list, except, one) => {
        const builder = new PortSetBuilder();
        const set = builder.ofDifference(list, except);
        const ranges = listOf(builder.finish(), set);
        const found = ranges.some(
          (low, i) => i % 2 === 0 && one >= low && one <= (ranges[i + 1] ?? -1),
        );
        expect(found).toBe(holds(list, one) && !(except !== null && holds(except, one)));
      }),
      { numRuns: 1000 },
    );
  });

  test('are every port where every port is listed', () => {
    const builder = new PortSetBuilder();
    const halves = { ranges: [[0, 99] as const, [100, 65_535] as const], names: [] };
    expect(builder.ofList(halves)).toBe(ALL_PORTS);
    expect(builder.ofDifference(null, null)).toBe(ALL_PORTS);
    expect(builder.ofDifference(null, halves)).toBe(NO_PORTS);
    expect(builder.ofList({ ranges: [], names: ['web'] })).toBe(NO_PORTS);
  });

  test('are one for lists that mean the same', () => {
    const builder = new PortSetBuilder();
    const one = builder.ofList({
      ranges: [
        [443, 443],
        [80, 90],
      ],
      names: [],
    });
    expect(
      builder.ofList({
        ranges: [
          [80, 85],
          [86, 90],
          [443, 443],
        ],
        names: [],
      }),
    ).toBe(one);
  });
});

function classesOf(rule: string) {
  const policy = `{ types: [Ingress], ingress: [${rule}] }`;
  const yaml =
    cluster('shop', ['p 10.0.0.1 app=p']) + document('StagedGlobalNetworkPolicy g', policy);
  return numberClassesOf(compiled(yaml).tables);
}

describe('classes of numbers', () => {
  test('begin where a range begins and behind its end', () => {
    const { sourcePorts, destPorts } = classesOf(
      '{ action: Allow, protocol: TCP, source: { ports: ["53:60"] }, destination: { notPorts: [80] } }',
    );
    expect(sourcePorts).toEqual([0, 53, 61]);
    expect(destPorts).toEqual([0, 80, 81]);
  });

  test('come in order, up to the last port', () => {
    const { sourcePorts, destPorts } = classesOf(
      `{ action: Allow, protocol: TCP, source: { ports: [443] }, destination: { ports: [65535] } },
       { action: Allow, protocol: TCP, source: { ports: [80] } }`,
    );
    expect(sourcePorts).toEqual([0, 80, 81, 443, 444]);
    expect(destPorts).toEqual([0, 65_535]);
  });

  test('hold excluded ports beside names', () => {
    const { sourcePorts, destPorts } = classesOf(
      `{ action: Allow, protocol: TCP, source: { ports: [web], notPorts: [80] },
         destination: { ports: [web], notPorts: [443] } }`,
    );
    expect([sourcePorts, destPorts]).toEqual([
      [0, 80, 81],
      [0, 443, 444],
    ]);
  });

  test('hold every protocol that a rule names or that has ports, and one other', () => {
    expect(classesOf('{ action: Allow, notProtocol: 2 }').protocols).toEqual([
      1, 2, 3, 6, 17, 58, 132,
    ]);
  });

  test('hold each ICMP type and code that a rule names, and another', () => {
    const { icmp } = classesOf(
      '{ action: Allow, protocol: ICMP, icmp: { type: 0, code: 0 } }, { action: Deny, protocol: ICMP, notICMP: { type: 8 } }',
    );
    expect(icmp).toEqual([
      [0, 0],
      [0, 1],
      [8, 0],
      [1, 0],
    ]);
  });

  test('hold the ports that pods give a name', () => {
    const named = `---
apiVersion: v1
kind: Pod
metadata: { name: w, namespace: shop }
spec: { nodeName: n1, containers: [{ name: c, ports: [{ name: web, containerPort: 9090 }] }] }
status: { podIP: 10.0.0.2 }
`;
    const { destPorts } = numberClassesOf(compiled(named).tables);
    expect(destPorts).toEqual([0, 9090, 9091]);
  });

  test('hold the ports of services that rules ask for', () => {
    const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s1, namespace: bank, labels: { kubernetes.io/service-name: ledger } }
addressType: IPv4
endpoints: [{ addresses: [10.7.0.1] }]
ports: [{ port: 5432, protocol: TCP }, { port: 53, protocol: UDP }]
`;
    const asking = document(
      'GlobalNetworkPolicy g',
      `{ types: [Egress], egress: [{ action: Allow,
           destination: { services: { name: ledger, namespace: bank } } }] }`,
    );
    const { destPorts } = numberClassesOf(compiled(slice + asking).tables);
    expect(destPorts).toEqual([0, 53, 54, 5432, 5433]);
  });
});
