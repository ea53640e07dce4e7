import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { compiled, document, ip, only, podOf } from './compiled.ts';
import { letIn, pool, shop } from './let-in.ts';

describe('doors by name', () => {
  test('pods by their name and by what generated it', () => {
    const generated = `---
apiVersion: v1
kind: Pod
metadata: { name: web-x1, generateName: web-, namespace: shop, labels: { app: w },
  creationTimestamp: "2026-01-01T00:00:00Z" }
spec: { nodeName: n1, containers: [{ name: c }] }
status: { podIP: 10.0.0.7 }
`;
    const index = compiled(shop + generated);
    const pod = only(index.endpointsNamed('shop', 'web-x1'));
    expect(index.endpointsGenerated('shop', 'web-')).toEqual([pod]);
    expect(index.endpointsNamed('bank', 'web-x1')).toEqual([]);
    expect(index.createdMsOf(pod)).toBe(Date.parse('2026-01-01T00:00:00Z'));
    expect(index.createdMsOf(only(index.endpointsNamed('shop', 'p')))).toBeNull();
    expect(Object.fromEntries(index.labelsOf(pod))).toEqual({
      app: 'w',
      'projectcalico.org/namespace': 'shop',
      'projectcalico.org/orchestrator': 'k8s',
    });
  });

  test('hosts of a node, as they were read', () => {
    const index = compiled(
      document(
        'HostEndpoint h',
        `{ node: n1, interfaceName: eth0, expectedIPs: [192.168.0.1, "fd00::1"],
           profiles: [projectcalico-default-allow], ports: [{ name: web, protocol: TCP, port: 80 }] }`,
        ', labels: { host: yes }',
      ) +
        document(
          'HostEndpoint i',
          '{ node: n2, interfaceName: eth0, expectedIPs: [192.168.0.2] }',
          `, creationTimestamp: "2026-01-01T00:00:00Z",
             managedFields: [{ manager: m, time: "2026-01-02T00:00:00Z" }]`,
        ),
    );
    expect(index.hostsNamed('n3')).toEqual([]);
    expect(only(index.hostsNamed('n2'))).toEqual({
      name: 'i',
      node: 'n2',
      labels: new Map(),
      profiles: [],
      addresses: [ip('192.168.0.2')],
      ports: [],
      lifetime: {
        createdMs: Date.parse('2026-01-01T00:00:00Z'),
        editedMs: Date.parse('2026-01-02T00:00:00Z'),
      },
    });
    expect(only(index.hostsNamed('n1'))).toEqual({
      name: 'h',
      node: 'n1',
      labels: new Map([['host', 'yes']]),
      profiles: ['projectcalico-default-allow'],
      addresses: [ip('192.168.0.1'), ip('fd00::1')],
      ports: [{ name: 'web', protocol: 6, port: 80 }],
      lifetime: { createdMs: null, editedMs: null },
    });
    expect(index.hostsOwning(ip('fd00::1'))).toBe(true);
    expect(index.hostsOwning(ip('fd00::2'))).toBe(false);
  });

  test('network sets, their labels and addresses', () => {
    const index = compiled(
      document('NetworkSet shop/n', '{ nets: [203.0.113.0/24] }', ', labels: { a: b }'),
    );
    const set = index.networkSetNamed('shop', 'n');
    expect(index.networkSetNamed('', 'n')).toBe(-1);
    expect(index.setLabelsOf(set).get('a')).toBe('b');
    expect(index.setHolds(set, ip('203.0.113.9'))).toBe(true);
    expect(index.setHolds(set, ip('203.0.114.9'))).toBe(false);
  });

  test('namespaces, pools, policies', () => {
    const index = compiled(shop + pool('10.0.0.0/8') + letIn('nets: [10.0.0.0/8]'));
    expect([index.hasNamespace('shop'), index.hasNamespace('bank')]).toEqual([true, false]);
    expect([index.inPools(ip('10.1.1.1')), index.inPools(ip('11.1.1.1'))]).toEqual([true, false]);
    expect(index.hasPolicy('GlobalNetworkPolicy', '', 'g')).toBe(true);
    expect(index.hasPolicy('StagedGlobalNetworkPolicy', '', 'g')).toBe(false);
    expect(index.policyNamed('GlobalNetworkPolicy', 'shop', 'g')).toBeNull();
  });
});

const np = (name: string, spec: string) => document(`NetworkPolicy shop/${name}`, spec);
const gnp = (kind: string, name: string, selector: string) =>
  document(`${kind} ${name}`, `{ types: [Ingress], selector: "${selector}" }`);
const snp = (name: string, spec: string) => document(`StagedNetworkPolicy shop/${name}`, spec);

/** The staged policies that could touch what comes in to `p`. */
function touching(yaml: string, mode: PolicyMode = 'enforcement'): string[] {
  const index = compiled(shop + yaml, mode);
  const end = podOf(index, 'shop', 'p');
  return index.stagedTouching('ingress', end).map(({ name }) => name);
}

describe('staged policies that could touch an endpoint', () => {
  test('select it for the direction', () => {
    expect(
      touching(
        snp('b', '{ types: [Ingress], order: 2 }') +
          snp('a', '{ types: [Ingress], order: 3 }') +
          snp('c', '{ types: [Egress] }') +
          snp('d', '{ types: [Ingress], selector: "app == \'w\'" }'),
      ),
    ).toEqual(['b', 'a']);
  });

  test('or take a namesake away that does', () => {
    const narrower = np('a', '{ types: [Ingress] }') + snp('a', '{ types: [Egress] }');
    expect(touching(narrower)).toEqual(['a']);
    expect(touching(narrower, 'calico')).toEqual([]);
  });

  test('deletions are among them in enforcement mode only, ignored policies in calico mode only', () => {
    const deleted = np('a', '{ types: [Ingress] }') + snp('a', '{ stagedAction: Delete }');
    const ignored = snp('a', '{ types: [Ingress], stagedAction: Ignore }');
    expect([touching(deleted), touching(deleted, 'calico')]).toEqual([['a'], []]);
    expect([touching(ignored), touching(ignored, 'calico')]).toEqual([[], ['a']]);
  });

  test('say whether they, or a namesake of theirs, select a host', () => {
    const host = document(
      'HostEndpoint h',
      '{ node: n1, interfaceName: eth0, expectedIPs: [192.168.0.1] }',
      ', labels: { host: yes }',
    );
    const index = compiled(
      shop +
        host +
        host.replace('name: h', 'name: i').replace('host: yes', 'host: no') +
        gnp('StagedGlobalNetworkPolicy', 'all', 'all()') +
        gnp('StagedGlobalNetworkPolicy', 'pods', "projectcalico.org/orchestrator == 'k8s'") +
        gnp('StagedGlobalNetworkPolicy', 'narrowed', "app == 'p'") +
        gnp('GlobalNetworkPolicy', 'narrowed', "host == 'yes'") +
        snp('mine', '{ types: [Ingress] }'),
    );
    const staged = index.policies.filter(({ isStaged }) => isStaged).map(({ ref }) => ref);
    const selecting = staged.filter((ref) => index.selectsHost(ref)).map(({ name }) => name);
    expect(selecting).toEqual(['all', 'narrowed']);
  });
});
