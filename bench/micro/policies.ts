import type { Address } from '../../src/net/address.ts';
import type { Facts } from '../../src/policy/evaluator/facts.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { EntityRule, Policy, Resources, Rule } from '../../src/policy/resources/model.ts';
import type { Selector } from '../../src/policy/selector/ast.ts';

export interface Sizes {
  readonly policies: number;
  readonly pods: number;
  readonly namespaces: number;
}

/**
 * A cluster from one seed: half of the policies staged, four of five namespaced, each selecting pods by one or
 * two of their labels and letting in one or two groups of peers and ports.
 */
export function policyWorkload({ policies, pods, namespaces }: Sizes, seed = 1): Resources {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const number = (below: number) => Math.floor(random() * below);
  const labels = (): [string, string][] => [
    ['app', `app-${number(40)}`],
    ['tier', `tier-${number(5)}`],
    ['team', `team-${number(20)}`],
    ['zone', `zone-${number(4)}`],
  ];
  const selector = (namespace: string): Selector => {
    const [[key, value], [otherKey, otherValue]] = [pick(labels()), pick(labels())];
    const operands: Selector[] = [{ kind: 'eq', key, value }];
    if (random() < 0.5) operands.push({ kind: 'eq', key: otherKey, value: otherValue });
    if (namespace !== '') operands.push({ kind: 'eq', key: NAMESPACE, value: namespace });
    return operands.length === 1 ? operands[0]! : { kind: 'and', operands };
  };
  const rule = (namespace: string): Rule => ({
    ...ANYTHING,
    action: random() < 0.8 ? 'allow' : 'deny',
    protocol: 6,
    source:
      random() < 0.8
        ? { ...ANYBODY, selector: selector(namespace) }
        : { ...ANYBODY, nets: [{ address: v4(10, number(256), 0, 0), length: 16 }] },
    destination: { ...ANYBODY, ports: { ranges: [[80 + number(20), 120]], names: [] } },
  });
  const policy = (_: unknown, i: number): Policy => {
    const isGlobal = i % 5 === 0;
    const isStaged = i % 2 === 0;
    const namespace = isGlobal ? '' : `ns-${number(namespaces)}`;
    const kind = isGlobal ? 'GlobalNetworkPolicy' : 'NetworkPolicy';
    return {
      kind: isStaged ? `Staged${kind}` : kind,
      namespace,
      name: `policy-${i}`,
      tier: pick(['security', 'platform', 'default']),
      order: number(1000),
      stagedAction: isStaged ? 'Set' : null,
      state: 'live',
      selector: selector(namespace),
      ingress: true,
      egress: random() < 0.3,
      ingressRules: Array.from({ length: 3 }, () => rule(namespace)),
      egressRules: [],
      forWorkloads: true,
      position: { file: 'bench', line: 1, column: 1 },
    };
  };
  return {
    policies: Array.from({ length: policies }, policy),
    tiers: [
      { name: 'security', order: 10, defaultAction: 'pass' },
      { name: 'platform', order: 20, defaultAction: 'pass' },
      { name: 'default', order: 1_000_000, defaultAction: 'deny' },
    ],
    inventory: {
      namespaces: new Set(Array.from({ length: namespaces }, (_, i) => `ns-${i}`)),
      serviceAccounts: new Set(),
      profiles: Array.from({ length: namespaces }, (_, i) => ({
        name: `kns.ns-${i}`,
        ingressRules: [ANYTHING],
        egressRules: [ANYTHING],
        labelsToApply: new Map([['pcns.projectcalico.org/name', `ns-${i}`]]),
      })),
      endpoints: Array.from({ length: pods }, (_, i) => {
        const namespace = `ns-${i % namespaces}`;
        return {
          namespace,
          name: `pod-${i}`,
          generateName: null,
          labels: new Map([...labels(), [NAMESPACE, namespace], [ORCHESTRATOR, 'k8s']]),
          profiles: [`kns.${namespace}`],
          addresses: [v4(10, 1 + (i >> 16), (i >> 8) & 255, i & 255)],
          ports: [],
          lifetime: { createdMs: null, editedMs: null },
        };
      }),
      hostEndpoints: [],
      networkSets: [],
      services: [],
      ipPools: [{ address: v4(10, 0, 0, 0), length: 8 }],
      podsLoaded: true,
    },
    problems: [],
    skipped: new Map(),
  };
}

/** `count` connections between pods of such a cluster. */
export function connections(index: PolicyIndex, pods: number, count: number): Facts[] {
  const random = randomFrom(7);
  const end = () => index.ofEndpoints([Math.floor(random() * pods)])[0]!;
  return Array.from({ length: count }, () => ({
    direction: 'ingress',
    protocol: 6,
    sourcePort: -1,
    destPort: 80 + Math.floor(random() * 60),
    icmpType: -1,
    icmpCode: -1,
    source: end(),
    destination: end(),
  }));
}

/** Mulberry32: numbers in [0, 1) that are the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMESPACE = 'projectcalico.org/namespace';
const ORCHESTRATOR = 'projectcalico.org/orchestrator';

const ANYBODY: EntityRule = {
  nets: null,
  notNets: null,
  selector: null,
  notSelector: null,
  ports: null,
  notPorts: null,
  service: null,
};

const ANYTHING: Rule = {
  action: 'allow',
  ipVersion: null,
  protocol: null,
  notProtocol: null,
  icmp: null,
  notIcmp: null,
  source: ANYBODY,
  destination: ANYBODY,
  http: false,
};

function v4(a: number, b: number, c: number, d: number): Address {
  return { family: 4, words: [0, 0, 0, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0] };
}
