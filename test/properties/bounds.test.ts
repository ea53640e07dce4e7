// Policies as large as the API server admits are compiled and asked in bounded time, and larger ones are
// refused with a message. The bounds leave room for a busy machine; what it took is printed.
import { describe, expect, test } from 'vitest';
import { cpuMsOf, threadCpuMs } from '../support/cpu-time.ts';
import type { FlowEnd } from '../../src/flow/flow.ts';
import { compile, evaluate, type Compiled, type Flow } from '../../src/index.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';

const compileMsMax = 30_000;
const evaluateMsMax = 5000;
const heapGrowthMax = 1024 * 1024 * 1024;
/** User text in a message is cut. */
const messageLengthMax = 1000;

describe('as large as may be', () => {
  test.each([
    ['20,000 policies of few pods each', () => count(20_000, policyOfFew)],
    ['20,000 policies of every pod', () => count(20_000, policyOfAll)],
    ['a network set of 100,000 nets', () => [setOf(100_000), toTheSet]],
    ['2,000 policies with selectors of 1,000 characters', () => count(2000, longSelectors)],
    ['1,000 rules of 256 nets and 50 port ranges each', () => [ruleful(1000)]],
    ['100,000 peers of a Kubernetes policy', () => [kubernetesPolicy(peers(100_000))]],
    ['a Kubernetes block with 100,000 exceptions', () => [kubernetesPolicy(exceptions(100_000))]],
    ['32 sets of 3,000 nets that lie in each other', () => count(32, nestedSet)],
    [
      '2,000 sets of the same nets',
      () =>
        count(2000, (i) => ({ ...setOf(50), metadata: { name: `s${i}`, labels: { s: `${i}` } } })),
    ],
  ])('%s', { timeout: 120_000 }, (name, policies) => {
    const documents = documentsOf([...cluster, ...policies()]);
    const bytes = bytesInUse();
    const { index, ms: compileMs } = compiled(documents);
    if (index === null) throw new Error('refused');
    const evaluateMs = [whole, poor, aggregated].map((record) =>
      cpuMsOf(() => evaluate(index, record, 'pending')),
    );
    const grownBytes = bytesInUse() - bytes;
    console.info(`${name}: compiled in ${compileMs} ms, evaluated in ${evaluateMs.join()} ms`);
    expect(compileMs).toBeLessThan(compileMsMax);
    expect(Math.max(...evaluateMs)).toBeLessThan(evaluateMsMax);
    expect(grownBytes).toBeLessThan(heapGrowthMax);
  });
});

describe('larger than that', () => {
  test.each([
    ['1,025 rules', { ingress: count(1025, () => ({ action: 'Allow' })) }, 'ingress'],
    [
      '257 nets',
      { ingress: [{ action: 'Allow', source: { nets: count(257, netOf) } }] },
      'source.nets',
    ],
    ['a selector of 1,025 characters', { selector: `a == '${'x'.repeat(1018)}'` }, 'selector'],
    [
      '400 parentheses in each other',
      { selector: `${'('.repeat(400)}has(a)${')'.repeat(400)}` },
      'selector',
    ],
  ])('%s are refused', (_name, spec, path) => {
    const { index, problems } = compiled(documentsOf([policyOf(0, spec)]));
    expect(index).toBeNull();
    expect(problems.map((problem) => problem.path)).toEqual([expect.stringContaining(path)]);
  });

  test.each<readonly [name: string, documents: () => readonly Json[], messages: number]>([
    ['a selector of 64 KiB', () => [longSelector(4000)], 1],
    ['a selector of megabytes', () => [longSelector(300_000)], 2],
    ['millions of `!`', () => [globalPolicy(0, { selector: `${'!'.repeat(3_000_000)}has(a)` })], 2],
    ['millions of parentheses', () => [globalPolicy(0, { selector: '('.repeat(3_000_000) })], 2],
    [
      'a quote that does not end',
      () => [globalPolicy(0, { selector: `a == '${'x'.repeat(5_000_000)}` })],
      2,
    ],
    [
      '500 parentheses around a label',
      () => [globalPolicy(0, { selector: `${'('.repeat(500)}has(a)${')'.repeat(500)}` })],
      1,
    ],
    ['20 rules of 10,000 nets each', () => [nettedRules(20, 10_000)], 20],
    [
      '20,000 rules',
      () => [globalPolicy(0, { ingress: count(20_000, () => ({ action: 'Allow' })) })],
      1,
    ],
    [
      '100,000 expressions that are none',
      () => [kubernetesPolicy(badExpressions(100_000))],
      200_000,
    ],
    ['a set of 100,000 words', () => [setOf(100_000, (i) => `x${i}`)], 100_000],
    [
      '20,000 policies of one name',
      () => count(20_000, (i) => globalPolicy(0, { order: i })),
      19_999,
    ],
    [
      '20,000 policies of a misspelt kind',
      () => count(20_000, (i) => ({ ...policyOf(i, {}), kind: 'StagedCalicoNetworkPolicy' })),
      20_000,
    ],
    [
      'a name of megabytes',
      () => [{ ...policyOf(0, {}), metadata: { name: 'x'.repeat(5_000_000), namespace: 'n' } }],
      1,
    ],
  ])('%s are refused in bounded time and words', { timeout: 120_000 }, (name, make, messages) => {
    const documents = documentsOf(make());
    const bytes = bytesInUse();
    const { index, problems, ms } = compiled(documents);
    const grownBytes = bytesInUse() - bytes;
    console.info(`${name}: refused in ${ms} ms`);
    expect(index).toBeNull();
    expect(problems).toHaveLength(messages);
    const longest = problems.reduce((most, { message }) => Math.max(most, message.length), 0);
    expect(longest).toBeLessThan(messageLengthMax);
    expect(ms).toBeLessThan(compileMsMax);
    expect(grownBytes).toBeLessThan(heapGrowthMax);
  });

  test.each<readonly [name: string, spec: Json]>([
    ['100,000 expressions', { podSelector: { matchExpressions: expressions(100_000) } }],
    [
      '100,000 values of one',
      {
        podSelector: {
          matchExpressions: [{ key: 'k', operator: 'In', values: count(100_000, String) }],
        },
      },
    ],
    [
      '100,000 labels',
      { podSelector: { matchLabels: Object.fromEntries(count(100_000, (i) => [`k${i}`, 'v'])) } },
    ],
  ])(
    'a Kubernetes selector of %s is dropped as Felix drops it, with a word',
    { timeout: 120_000 },
    (_name, spec) => {
      const { index, problems, ms } = compiled(documentsOf([kubernetesPolicy(spec)]));
      expect(index?.policies.map(({ state }) => state)).toEqual(['inert']);
      expect(problems.map(({ message }) => message)).toEqual([
        expect.stringContaining('65536 characters'),
      ]);
      expect(ms).toBeLessThan(compileMsMax);
    },
  );

  test('no policy is refused for the others', () => {
    const documents = documentsOf(count(100, (i) => policyOf(i, { selector: `a == ${i}` })));
    const { index, problems } = compiled(documents);
    expect(index).toBeNull();
    expect(problems.map(({ position }) => position.line)).toEqual(count(100, (i) => i + 1));
  });
});

function compiled(documents: Parameters<typeof compile>[0]): Compiled & { readonly ms: number } {
  const startMs = threadCpuMs();
  return { ...compile(documents), ms: Math.round(threadCpuMs() - startMs) };
}

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function documentsOf(objects: readonly Json[]) {
  return objects.map((value, place) => ({
    value,
    locate: () => ({ file: 'large', line: place + 1, column: 1 }),
  }));
}

function count<Value>(size: number, make: (number: number) => Value): readonly Value[] {
  return Array.from({ length: size }, (_, number) => make(number));
}

const namespaceCount = 200;

const cluster: readonly Json[] = [
  ...count(namespaceCount, (i) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `n${i}`, labels: { env: `e${i % 5}` } },
  })),
  ...count(2000, (i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `p${i}`,
      namespace: `n${i % namespaceCount}`,
      labels: { app: `a${i % 500}`, layer: `l${i % 7}` },
    },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] },
    status: { phase: 'Running', podIP: `10.0.${i >> 8}.${i & 255}` },
  })),
];

/** Every other one is staged. */
function policyOf(i: number, spec: Json): Json {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: i % 2 === 0 ? 'NetworkPolicy' : 'StagedNetworkPolicy',
    metadata: { name: `x${i}`, namespace: `n${i % namespaceCount}` },
    spec,
  };
}

function globalPolicy(i: number, spec: Json): Json {
  const kind = i % 2 === 0 ? 'GlobalNetworkPolicy' : 'StagedGlobalNetworkPolicy';
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name: `x${i}` }, spec };
}

function policyOfFew(i: number): Json {
  const source = { selector: `app == 'a${(i * 7) % 5000}' && layer != 'l${i % 9}'` };
  const destination = { ports: [(i % 60_000) + 1] };
  return policyOf(i, {
    order: i % 100,
    selector: `app == 'a${i % 500}'`,
    ingress: [{ action: 'Allow', protocol: 'TCP', source, destination }],
    egress: [{ action: 'Deny', destination: { nets: [netOf(i * 77)] } }],
  });
}

function policyOfAll(i: number): Json {
  const source = { selector: `k${i} == 'v'` };
  return globalPolicy(i, { order: i, selector: 'all()', ingress: [{ action: 'Allow', source }] });
}

function longSelectors(i: number): Json {
  const values = count(90, (j) => `'v${(i + j) % 9999}'`).join(', ');
  const keys = count(60, (j) => `has(k${(i * j) % 999})`).join(' || ');
  const source = { selector: keys };
  return policyOf(i, { selector: `app in {${values}}`, ingress: [{ action: 'Allow', source }] });
}

function ruleful(size: number): Json {
  const ingress = count(size, (i) => ({
    action: 'Allow',
    protocol: 'TCP',
    source: { nets: count(256, (j) => netOf(i * 256 + j)) },
    destination: { ports: count(50, (j) => `${j * 1000 + i + 1}:${j * 1000 + i + 9}`) },
  }));
  return globalPolicy(0, { selector: 'all()', ingress });
}

function longSelector(terms: number): Json {
  return globalPolicy(0, {
    selector: Array.from({ length: terms }, () => "a == 'x'").join(' || '),
  });
}

function nettedRules(rules: number, nets: number): Json {
  const ingress = count(rules, (rule) => ({
    action: 'Allow',
    source: { nets: count(nets, (i) => netOf(rule * nets + i)) },
  }));
  return globalPolicy(0, { ingress });
}

function kubernetesPolicy(spec: Json): Json {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'k', namespace: 'n0' },
    spec,
  };
}

function expressions(size: number): readonly Json[] {
  return count(size, (i) => ({ key: `k${i}`, operator: 'Exists' }));
}

function badExpressions(size: number): Json {
  const matchExpressions = count(size, (i) => ({ key: `!${i}`, operator: 'Nope' }));
  return { podSelector: { matchExpressions } };
}

function peers(size: number): Json {
  return {
    podSelector: {},
    ingress: [{ from: count(size, (i) => ({ ipBlock: { cidr: netOf(i) } })) }],
  };
}

function exceptions(size: number): Json {
  const ipBlock = { cidr: '0.0.0.0/0', except: count(size, netOf) };
  return { podSelector: {}, ingress: [{ from: [{ ipBlock }] }] };
}

/** Nets of one length, those of each set around those of the set before. */
function nestedSet(shorter: number): Json {
  const netAt = (i: number) => netOf(i * 1024).replace('/32', `/${32 - shorter}`);
  return { ...setOf(3000, netAt), metadata: { name: `s${shorter}`, labels: { s: `${shorter}` } } };
}

function setOf(size: number, netAt = (i: number) => netOf(i * 3)): Json {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name: 'large', labels: { kind: 'large' } },
    spec: { nets: count(size, netAt) },
  };
}

const toTheSet = globalPolicy(0, {
  selector: 'all()',
  ingress: [{ action: 'Deny', source: { selector: "kind == 'large'" } }],
});

function netOf(i: number): string {
  return `${11 + (i >> 24)}.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32`;
}

const silent: FlowEnd = {
  type: null,
  namespace: null,
  name: null,
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};

const named: FlowEnd = { ...silent, type: 'workload', namespace: 'n0', name: 'p0' };

/** To a pod, from who knows where. */
const poor: Flow = {
  reporter: 'dst',
  action: 'allow',
  protocol: null,
  icmpType: null,
  icmpCode: null,
  source: silent,
  destination: named,
  destService: null,
  enforced: null,
  pendingUpstream: null,
  startMs: null,
  endMs: null,
};

const whole: Flow = {
  ...poor,
  protocol: 6,
  source: { ...silent, addresses: [{ family: 4, words: [0, 0, 0, 0x0b000003] }], port: 40_000 },
  destination: { ...named, port: 443 },
};

/** To a pod, from one of some pods that nobody knows. */
const aggregated: Flow = {
  ...poor,
  protocol: 6,
  source: {
    ...silent,
    type: 'workload',
    namespace: 'n0',
    name: 'gone-*',
    labels: new Map([['app', 'a1']]),
  },
  destination: { ...named, port: 443 },
};
