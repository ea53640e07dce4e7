import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../src/net/address.ts';
import { formatPrefix } from '../../../src/net/prefix.ts';
import type { Inventory, WorkloadEndpoint } from '../../../src/policy/resources/model.ts';
import { decodeObjects, linesOf, ruleText } from './decoding.ts';

type Members = Readonly<Record<string, unknown>>;

function read(...objects: readonly object[]): Inventory {
  return decodeObjects(objects).inventory;
}

function pod(parts: {
  readonly metadata?: Members;
  readonly spec?: Members;
  readonly status?: Members;
}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'shop', ...parts.metadata },
    spec: { nodeName: 'n1', serviceAccountName: 'api', ...parts.spec },
    status: { phase: 'Running', podIP: '10.0.0.1', ...parts.status },
  };
}

function calico(kind: string, metadata: Members, spec: Members): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata, spec };
}

function slice(name: string, parts: Members): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'bank', labels: { 'kubernetes.io/service-name': 'ledger' } },
    ...parts,
  };
}

function addressesOf({ addresses }: Pick<WorkloadEndpoint, 'addresses'>): string[] {
  return addresses.map(formatAddress);
}

describe('pods (semantics 2.4)', () => {
  test('labels, profiles, lifetime and name', () => {
    const metadata = {
      generateName: 'web-5c-',
      labels: {
        app: 'web',
        'pcns.env': 'prod',
        'pcsa.x': 'y',
        'projectcalico.org/namespace': 'elsewhere',
        'projectcalico.org/orchestrator': 'cni',
        'projectcalico.org/serviceaccount': 'admin',
      },
      creationTimestamp: '2026-01-02T03:04:05Z',
      managedFields: [{ time: '2026-01-03T00:00:00Z' }, { time: '2026-01-02T12:00:00Z' }, {}],
    };
    const [endpoint] = read(pod({ metadata })).endpoints;
    expect(endpoint).toMatchObject({
      namespace: 'shop',
      name: 'p',
      generateName: 'web-5c-',
      profiles: ['kns.shop', 'ksa.shop.api'],
      lifetime: { createdMs: Date.UTC(2026, 0, 2, 3, 4, 5), editedMs: Date.UTC(2026, 0, 3) },
    });
    expect(Object.fromEntries(endpoint?.labels ?? [])).toEqual({
      app: 'web',
      'projectcalico.org/namespace': 'shop',
      'projectcalico.org/orchestrator': 'k8s',
      'projectcalico.org/serviceaccount': 'api',
    });
  });

  test('a pod without a service account keeps a label that names one', () => {
    const metadata = { labels: { 'projectcalico.org/serviceaccount': 'x' } };
    const [endpoint] = read(pod({ metadata, spec: { serviceAccountName: '' } })).endpoints;
    expect(endpoint?.labels.get('projectcalico.org/serviceaccount')).toBe('x');
    expect(endpoint?.profiles).toEqual(['kns.shop']);
  });

  const podIp = 'cni.projectcalico.org/podIP';
  const podIps = 'cni.projectcalico.org/podIPs';
  const awsIps = 'vpc.amazonaws.com/pod-ips';
  const none = { podIP: null };
  const addresses: readonly (readonly [
    name: string,
    parts: Parameters<typeof pod>[0],
    addresses: readonly string[],
  ])[] = [
    ['podIP', {}, ['10.0.0.1']],
    [
      'podIPs come first',
      { status: { podIPs: [{ ip: '10.0.0.2' }, { ip: 'fd00::2' }] } },
      ['10.0.0.2', 'fd00::2'],
    ],
    [
      'Calico’s annotation of several',
      {
        status: none,
        metadata: { annotations: { [podIps]: '10.0.0.3/32,fd00::3/128', [podIp]: '10.0.0.9/32' } },
      },
      ['10.0.0.3', 'fd00::3'],
    ],
    [
      'Calico’s annotation of one',
      { status: none, metadata: { annotations: { [podIp]: '10.0.0.4/32' } } },
      ['10.0.0.4'],
    ],
    [
      'Amazon’s annotation',
      { status: none, metadata: { annotations: { [awsIps]: '10.0.0.5' } } },
      ['10.0.0.5'],
    ],
    [
      'terminating',
      {
        metadata: {
          deletionTimestamp: '2026-01-01T00:00:00Z',
          annotations: { [podIp]: '10.0.0.1/32' },
        },
      },
      ['10.0.0.1'],
    ],
  ];
  test.each(addresses)('addresses: %s', (_, parts, expected) => {
    expect(read(pod(parts)).endpoints.map(addressesOf)).toEqual([expected]);
  });

  const finished = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  const absent: readonly (readonly [name: string, parts: Parameters<typeof pod>[0]])[] = [
    ['K20: on its host’s network', { spec: { hostNetwork: true } }],
    ['not scheduled', { spec: { nodeName: '' } }],
    ['without an address', { status: none }],
    ['succeeded', { status: { phase: 'Succeeded' } }],
    ['failed', { status: { phase: 'Failed' } }],
    ['network gone', { metadata: { ...finished, annotations: { [podIp]: '' } } }],
    ['network gone, Amazon', { metadata: { ...finished, annotations: { [awsIps]: '' } } }],
  ];
  test.each(absent)('no endpoint: %s', (_, parts) => {
    const inventory = read(pod(parts));
    expect(inventory.endpoints).toEqual([]);
    expect(inventory.podsLoaded).toBe(true);
  });

  test('a malformed address takes the pod with it', () => {
    const resources = decodeObjects(
      [pod({ status: { podIPs: [{ ip: '10.0.0.1' }, { ip: 'x' }] } })],
      {
        mode: 'calico',
      },
    );
    expect(resources.inventory.endpoints).toEqual([]);
    expect(linesOf(resources.problems)[0]).toContain('status: warning: `x` is no address of a pod');
  });

  test('named ports', () => {
    const ports = [
      { name: 'web', containerPort: 80 },
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { containerPort: 81 },
      { name: 'odd', containerPort: 82, protocol: 'ICMP' },
      { name: 'host', hostPort: 83 },
    ];
    const [endpoint] = read(
      pod({
        spec: {
          containers: [{ ports }, {}],
          initContainers: [{ ports: [{ name: 'sig', containerPort: 9, protocol: 'SCTP' }] }],
        },
      }),
    ).endpoints;
    expect(endpoint?.ports).toEqual([
      { name: 'web', protocol: 6, port: 80 },
      { name: 'dns', protocol: 17, port: 53 },
      { name: 'sig', protocol: 132, port: 9 },
    ]);
  });
});

test('no pods loaded is not the same as no endpoints', () => {
  expect(read().podsLoaded).toBe(false);
});

test('namespaces and service accounts are profiles', () => {
  const inventory = read(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { env: 'prod' } } },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'api', namespace: 'shop', labels: { t: 'x' } },
    },
  );
  expect([...inventory.namespaces]).toEqual(['shop']);
  expect([...inventory.serviceAccounts]).toEqual(['shop/api']);
  const profiles = inventory.profiles.map((profile) => [
    profile.name,
    profile.ingressRules.map(ruleText),
    profile.egressRules.map(ruleText),
    Object.fromEntries(profile.labelsToApply),
  ]);
  expect(profiles).toEqual([
    ['projectcalico-default-allow', ['allow'], ['allow'], {}],
    [
      'kns.shop',
      ['allow'],
      ['allow'],
      { 'pcns.env': 'prod', 'pcns.projectcalico.org/name': 'shop' },
    ],
    ['ksa.shop.api', [], [], { 'pcsa.t': 'x', 'pcsa.projectcalico.org/name': 'api' }],
  ]);
});

test('a Profile object is read, but a namespace’s own profile comes from the namespace', () => {
  const spec = { ingress: [{ action: 'Pass' }], labelsToApply: { a: 'b' } };
  const { profiles } = read(
    calico('Profile', { name: 'p1' }, spec),
    calico('Profile', { name: 'kns.shop' }, spec),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  );
  const rules = profiles.map(({ name, ingressRules }) => [name, ingressRules.map(ruleText)]);
  expect(new Map(rules as [string, string[]][])).toEqual(
    new Map([
      ['projectcalico-default-allow', ['allow']],
      ['p1', ['pass']],
      ['kns.shop', ['allow']],
    ]),
  );
});

describe('network sets (semantics 1.7)', () => {
  test('of a namespace and of the cluster', () => {
    const nets = ['10.0.0.1/8', '9.9.9.9', '2001:db8::/32', '0.0.0.0/0'];
    const labels = { role: 'x', 'pcns.y': 'kept' };
    const { networkSets } = read(
      calico('NetworkSet', { name: 's', namespace: 'shop', labels, uid: 'u-1' }, { nets }),
      calico('GlobalNetworkSet', { name: 's', labels }, {}),
    );
    expect(networkSets.map((set) => [set.namespace, set.name, set.uid, set.profiles])).toEqual([
      ['shop', 's', 'u-1', ['kns.shop']],
      ['', 's', null, []],
    ]);
    expect(networkSets[0]?.nets.map(formatPrefix)).toEqual([
      '10.0.0.0/8',
      '9.9.9.9/32',
      '2001:db8::/32',
      '0.0.0.0/0',
    ]);
    expect(networkSets.map((set) => Object.fromEntries(set.labels))).toEqual([
      { ...labels, 'projectcalico.org/namespace': 'shop' },
      labels,
    ]);
  });

  test('as stored, labels lie in an annotation', () => {
    const stored = { labels: { role: 'x' }, creationTimestamp: '2026-01-01T00:00:00Z' };
    const { networkSets } = read({
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'GlobalNetworkSet',
      metadata: {
        name: 's',
        labels: { 'projectcalico.org/kind': 'NetworkSet' },
        annotations: { 'projectcalico.org/metadata': JSON.stringify(stored) },
      },
      spec: { nets: ['10.0.0.0/8'] },
    });
    expect(Object.fromEntries(networkSets[0]?.labels ?? [])).toEqual({
      role: 'x',
      'projectcalico.org/kind': 'NetworkSet',
    });
  });

  test('an unreadable block is an error, and left out in calico mode', () => {
    const set = calico('GlobalNetworkSet', { name: 's' }, { nets: ['banana', '10.0.0.0/8'] });
    const strict = decodeObjects([set]);
    expect(strict.problems.map(({ severity }) => severity)).toEqual(['error']);
    expect(strict.inventory.networkSets).toEqual([]);
    const { inventory } = decodeObjects([set], { mode: 'calico' });
    expect(inventory.networkSets[0]?.nets.map(formatPrefix)).toEqual(['10.0.0.0/8']);
  });
});

test('host endpoints', () => {
  const { hostEndpoints } = read(
    calico(
      'HostEndpoint',
      { name: 'h', labels: { host: 'y', 'pcns.z': 'kept' } },
      {
        node: 'n1',
        interfaceName: 'eth0',
        expectedIPs: ['192.168.0.1', 'fd00::1'],
        profiles: ['p1'],
        ports: [{ name: 'web', protocol: 'TCP', port: 80 }],
      },
    ),
  );
  expect(hostEndpoints).toMatchObject([
    { name: 'h', node: 'n1', profiles: ['p1'], ports: [{ name: 'web', protocol: 6, port: 80 }] },
  ]);
  expect(hostEndpoints.map(addressesOf)).toEqual([['192.168.0.1', 'fd00::1']]);
  expect(Object.fromEntries(hostEndpoints[0]?.labels ?? [])).toEqual({
    host: 'y',
    'pcns.z': 'kept',
  });
});

describe('host endpoints that are refused or dropped', () => {
  const flaws: readonly (readonly [spec: Members, line: string])[] = [
    [{}, 'spec.node: a host endpoint needs a `node`'],
    [{ node: 'n1' }, 'spec: a host endpoint needs an `interfaceName` or `expectedIPs`'],
    [
      { node: 'n1', expectedIPs: ['10.0.0.0/8'] },
      'spec.expectedIPs[0]: `10.0.0.0/8` is no address',
    ],
    [
      { node: 'n1', interfaceName: 'a'.repeat(16) },
      `spec.interfaceName: \`${'a'.repeat(16)}\` is no name of an interface: at most 15 letters, digits, \`_\`, \`.\` and \`-\``,
    ],
    [
      { node: 'n1', interfaceName: '*', ports: [{ name: 'web', protocol: 6, port: 80 }] },
      'spec.ports[0].protocol: warning: Felix drops an endpoint whose port has the number of a protocol; use `TCP`, `UDP` or `SCTP`',
    ],
  ];
  test.each(flaws)('%j', (spec, line) => {
    const { inventory, problems } = decodeObjects([calico('HostEndpoint', { name: 'h' }, spec)]);
    expect(linesOf(problems).map((text) => text.replace(/^\S+ /, ''))).toContain(line);
    expect(inventory.hostEndpoints).toEqual([]);
  });
});

test('workload endpoints of an etcd datastore', () => {
  const metadata = { name: 'n1-k8s-p-eth0', namespace: 'shop', labels: { a: 'b', 'pcns.x': 'y' } };
  const spec = {
    pod: 'p',
    interfaceName: 'cali1',
    ipNetworks: ['10.0.0.1/24'],
    profiles: ['p1'],
    serviceAccountName: 'api',
  };
  const { endpoints, podsLoaded } = read(calico('WorkloadEndpoint', metadata, spec));
  expect(podsLoaded).toBe(true);
  expect(endpoints).toMatchObject([
    { namespace: 'shop', name: 'p', generateName: null, profiles: ['p1'] },
  ]);
  expect(Object.fromEntries(endpoints[0]?.labels ?? [])).toEqual({
    a: 'b',
    'projectcalico.org/serviceaccount': 'api',
  });
  const { ipNetworks: _, ...unconnected } = spec;
  expect(read(calico('WorkloadEndpoint', metadata, unconnected)).endpoints).toEqual([]);
});

test('services from their slices', () => {
  const { services } = read(
    slice('a', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.2.2'], conditions: { ready: false } }],
      ports: [
        { port: 5432 },
        { port: 53, protocol: 'UDP' },
        { port: 7, protocol: 'SCTP' },
        { name: 'x' },
      ],
    }),
    slice('b', { addressType: 'FQDN', endpoints: [{ addresses: ['example.com'] }] }),
    { ...slice('c', {}), metadata: { name: 'c', namespace: 'bank' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ledger', namespace: 'bank' },
      spec: {},
    },
  );
  expect(services.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['bank/ledger']);
  expect(services[0]?.slices.map((part) => [addressesOf(part), part.ports])).toEqual([
    [
      ['10.0.2.2'],
      [
        { protocol: 6, port: 5432 },
        { protocol: 17, port: 53 },
        { protocol: 132, port: 7 },
      ],
    ],
    [[], []],
  ]);
});

test('pools', () => {
  const { ipPools } = read(
    calico('IPPool', { name: 'a' }, { cidr: '10.0.0.0/16', natOutgoing: true }),
  );
  expect(ipPools.map(formatPrefix)).toEqual(['10.0.0.0/16']);
});
