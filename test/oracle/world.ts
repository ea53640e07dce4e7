import * as fc from 'fast-check';
import {
  aLabelSelector,
  aNamespaceSelector,
  aPodSelector,
  aSelector,
  calicoRules,
  kubernetesRules,
  words,
  type Json,
} from './arbitrary-rules.ts';

/** A small cluster as manifests, and connections in it. */
export interface RandomWorld {
  readonly objects: readonly Json[];
  readonly connections: readonly RandomConnection[];
}

/** A connection by choices, so that it can be made in any world. */
export interface RandomConnection {
  readonly direction: 'ingress' | 'egress';
  /** Which endpoint and address is judged, and which other address is at the far end. */
  readonly subject: number;
  readonly peer: number;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destPort: number;
}

/** Worlds whose objects the API server admits, and up to `connections` flows in each. */
export function aWorld(connections: number): fc.Arbitrary<RandomWorld> {
  return fc.record({
    objects: someObjects,
    connections: fc.array(aConnection, { minLength: 1, maxLength: connections, size: 'max' }),
  });
}

const aConnection: fc.Arbitrary<RandomConnection> = fc.record({
  direction: fc.constantFrom('ingress', 'egress'),
  subject: fc.nat(1000),
  peer: fc.nat(1000),
  protocol: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(6, 17, 132) },
    { weight: 2, arbitrary: fc.constantFrom(1, 58, 47, 255, 0) },
  ),
  sourcePort: fc.constantFrom<number>(...words.ports, 40_000),
  destPort: fc.constantFrom<number>(...words.ports, 79, 9000, 8 << 8, (8 << 8) + 1),
});

const aLabelValue = fc.constantFrom('a', 'b', '');

function someLabels(...keys: readonly string[]): fc.Arbitrary<Json> {
  return fc.dictionary(fc.constantFrom(...keys), aLabelValue, { maxKeys: 2 });
}

const aNamespace = fc.constantFrom(...words.namespaces);

const namespaces: fc.Arbitrary<readonly Json[]> = fc
  .tuple(...words.namespaces.map(() => someLabels('env')))
  .map((labels) =>
    words.namespaces.map((name, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: labels[index] },
    })),
  );

const accounts: fc.Arbitrary<readonly Json[]> = fc
  .array(someLabels('team'), { minLength: 4, maxLength: 4 })
  .map((labels) =>
    words.namespaces.flatMap((namespace, row) =>
      words.accounts.map((name, column) => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name, namespace, labels: labels[row * words.accounts.length + column] },
      })),
    ),
  );

interface PodChoice {
  /** Pods of one workload share the first part of their names. */
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Json;
  readonly account: string;
  readonly families: readonly (4 | 6)[];
  readonly ports: readonly Json[];
}

const aPodChoice: fc.Arbitrary<PodChoice> = fc.record({
  workload: fc.constantFrom('', 'web-', 'db-'),
  namespace: aNamespace,
  labels: someLabels('app', 'role'),
  account: fc.constantFrom('', ...words.accounts),
  families: fc.constantFrom<readonly (4 | 6)[]>([4], [4, 6], [6]),
  ports: fc.array(
    fc.record({
      name: fc.constantFrom(...words.portNames),
      containerPort: fc.constantFrom(...words.ports),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    }),
    { maxLength: 2 },
  ),
});

/** Every pod has addresses of its own: 10.0.0.1 and fd00::1 and so on. */
const pods: fc.Arbitrary<readonly Json[]> = fc
  .array(aPodChoice, { minLength: 2, maxLength: 5 })
  .map((choices) => choices.map(podOf));

function podOf(choice: PodChoice, index: number): Json {
  const { workload, namespace, labels, account, families, ports } = choice;
  const addresses = families.map((family) => (family === 4 ? '10.0.0.' : 'fd00::') + (index + 1));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${workload === '' ? 'pod-' : workload}${index}`,
      ...(workload === '' ? {} : { generateName: workload }),
      namespace,
      labels,
    },
    spec: {
      nodeName: 'n1',
      ...(account === '' ? {} : { serviceAccountName: account }),
      containers: [{ name: 'c', image: 'i', ports }],
    },
    status: { phase: 'Running', podIPs: addresses.map((ip) => ({ ip })) },
  };
}

const aNet = fc.constantFrom(...words.nets[4], ...words.nets[6]);
const someNets = fc.uniqueArray(aNet, { minLength: 1, maxLength: 3 });
const aName = fc.constantFrom('a', 'b', 'a-b');

/** Of an object that is surely as old as every flow. */
const age = {
  uid: 'u',
  creationTimestamp: '2026-01-01T00:00:00Z',
  managedFields: [{ manager: 'kubectl', time: '2026-01-02T00:00:00Z' }],
};

const aNetworkSet: fc.Arbitrary<Json> = fc
  .record({
    namespace: fc.constantFrom('', ...words.namespaces),
    name: aName,
    labels: someLabels('app', 'role'),
    nets: someNets,
    known: fc.boolean(),
  })
  .map(({ namespace, nets, known, ...names }) => ({
    namespace,
    nets,
    metadata: { ...names, ...(known ? age : {}) },
  }))
  .map(({ namespace, nets, metadata }) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: namespace === '' ? 'GlobalNetworkSet' : 'NetworkSet',
    metadata: namespace === '' ? metadata : { ...metadata, namespace },
    spec: { nets },
  }));

const aHostEndpoint: fc.Arbitrary<Json> = fc
  .record({ labels: someLabels('app', 'role'), ip: fc.constantFrom('10.0.0.100', '10.0.0.1') })
  .map(({ labels, ip }) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'HostEndpoint',
    metadata: { name: 'host', labels, ...age },
    spec: {
      node: 'n1',
      expectedIPs: [ip],
      ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
    },
  }));

const anEndpointSlice: fc.Arbitrary<Json> = fc
  .record({
    namespace: aNamespace,
    service: fc.constantFrom(...words.services),
    suffix: fc.constantFrom('x', 'y'),
    address: fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1', '192.0.2.1'),
    protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    port: fc.constantFrom(...words.ports),
  })
  .map(({ namespace, service, suffix, address, protocol, port }) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${suffix}`,
      namespace,
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [{ name: 'p', port, protocol }],
  }));

const tiers: fc.Arbitrary<readonly Json[]> = fc
  .tuple(fc.constantFrom('Deny', 'Pass'), fc.constantFrom('Deny', 'Pass'), fc.boolean())
  .map(([first, second, isSame]) => [
    aTier('t1', 10, first),
    aTier('t2', isSame ? 10 : 20, second),
  ]);

function aTier(name: string, order: number, defaultAction: string): Json {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name },
    spec: { order, defaultAction },
  };
}

const aTypes = fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']);
const aStagedAction = fc.constantFrom(undefined, 'Set', 'Set', 'Learn', 'Ignore', 'Delete');

interface CalicoKind {
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly isStaged: boolean;
}

const calicoKinds: readonly CalicoKind[] = [
  { kind: 'NetworkPolicy', isNamespaced: true, isStaged: false },
  { kind: 'GlobalNetworkPolicy', isNamespaced: false, isStaged: false },
  { kind: 'StagedNetworkPolicy', isNamespaced: true, isStaged: true },
  { kind: 'StagedGlobalNetworkPolicy', isNamespaced: false, isStaged: true },
];

const aCalicoPolicy: fc.Arbitrary<Json> = fc
  .constantFrom(...calicoKinds)
  .chain(({ kind, isNamespaced, isStaged }) =>
    fc
      .record({
        name: aName,
        namespace: aNamespace,
        stagedAction: isStaged ? aStagedAction : fc.constant(undefined),
        tier: fc.constantFrom('default', 'default', 't1', 't2'),
        spec: fc.record(
          {
            order: fc.constantFrom(1, 1, 2, -0.5),
            selector: aPodSelector,
            types: aTypes,
            ingress: calicoRules('ingress', isNamespaced),
            egress: calicoRules('egress', isNamespaced),
            serviceAccountSelector: fc.oneof(fc.constant(undefined), aSelector(['team'])),
            ...(isNamespaced
              ? {}
              : {
                  namespaceSelector: fc.oneof(fc.constant(undefined), aNamespaceSelector),
                  flags: fc.constantFrom({}, {}, {}, { applyOnForward: true }),
                }),
          },
          { requiredKeys: ['ingress', 'egress'] },
        ),
      })
      .map(({ name, namespace, stagedAction, tier, spec: { flags = {}, ...spec } }) => ({
        apiVersion: 'projectcalico.org/v3',
        kind,
        metadata: isNamespaced ? { name, namespace } : { name },
        // A deletion says nothing else.
        spec:
          stagedAction === 'Delete'
            ? { stagedAction, tier }
            : { ...spec, ...(flags as Json), stagedAction, tier },
      })),
  );

const aKubernetesPolicy: fc.Arbitrary<Json> = fc
  .record({
    isStaged: fc.boolean(),
    name: aName,
    namespace: aNamespace,
    stagedAction: aStagedAction,
    spec: fc.record({
      podSelector: aLabelSelector('app', 'role'),
      policyTypes: aTypes,
      ingress: kubernetesRules('ingress'),
      egress: kubernetesRules('egress'),
    }),
  })
  .map(({ isStaged, name, namespace, stagedAction, spec }) => ({
    apiVersion: isStaged ? 'projectcalico.org/v3' : 'networking.k8s.io/v1',
    kind: isStaged ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy',
    metadata: { name, namespace },
    spec: stagedSpec(spec, isStaged ? stagedAction : undefined),
  }));

function stagedSpec(spec: Json, stagedAction: string | undefined): Json {
  if (stagedAction === undefined) return spec;
  return stagedAction === 'Delete' ? { stagedAction } : { ...spec, stagedAction };
}

const aClusterPeer: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ namespaces: aLabelSelector('env') }),
  fc.record({
    pods: fc.record({
      namespaceSelector: aLabelSelector('env'),
      podSelector: aLabelSelector('app'),
    }),
  }),
);

const aClusterPolicy: fc.Arbitrary<Json> = fc
  .record({
    name: aName,
    spec: fc.record({
      tier: fc.constantFrom('Admin', 'Baseline'),
      priority: fc.constantFrom(1, 2),
      subject: aClusterPeer,
      ingress: fc.array(
        fc.record({
          action: fc.constantFrom('Accept', 'Deny', 'Pass'),
          from: fc.array(aClusterPeer, { minLength: 1, maxLength: 2 }),
        }),
        { maxLength: 2 },
      ),
    }),
  })
  .map(({ name, spec }) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec,
  }));

const someObjects: fc.Arbitrary<readonly Json[]> = fc
  .tuple(
    // Without any slice nobody would know who is behind a service.
    fc.tuple(
      namespaces,
      accounts,
      pods,
      tiers,
      anEndpointSlice.map((slice) => [slice]),
    ),
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: aCalicoPolicy },
        { weight: 3, arbitrary: aKubernetesPolicy },
        { weight: 1, arbitrary: aClusterPolicy },
      ),
      { minLength: 1, maxLength: 8 },
    ),
    fc.array(fc.oneof(aNetworkSet, aHostEndpoint, anEndpointSlice), { maxLength: 5 }),
  )
  .map(([base, policies, others]) => withoutNamesakes([...base.flat(), ...policies, ...others]));

/** The objects without those of a kind and name that stand before. */
function withoutNamesakes(objects: readonly Json[]): readonly Json[] {
  const seen = new Set<string>();
  return objects.filter((object) => {
    const { name, namespace } = object['metadata'] as { name: string; namespace?: string };
    const key = [object['apiVersion'], object['kind'], namespace, name].join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
