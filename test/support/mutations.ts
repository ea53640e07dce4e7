import type { Json } from '../oracle/arbitrary-rules.ts';

/** Chance that follows from a seed. */
export interface Chance {
  /** True once in so many times. */
  readonly in: (times: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
}

/** What the objects of a world are made of. */
export interface Words {
  readonly selectors: readonly string[];
  readonly namespaceSelectors: readonly string[];
  readonly nets: readonly string[];
  readonly portNames: readonly string[];
  readonly portNumbers: readonly number[];
  readonly services: readonly Json[];
  readonly accounts: readonly Json[];
  readonly addresses: readonly string[];
}

type Mutable = Record<string, unknown>;

interface Making {
  readonly words: Words;
  readonly chance: Chance;
  readonly policies: readonly Mutable[];
}

/** The objects, most of them with something changed; some of what results no API server would take. */
export function mutate(objects: readonly Json[], words: Words, chance: Chance): readonly Json[] {
  const made = structuredClone(objects) as Mutable[];
  const policies = made.filter((object) => isPolicy(object));
  const making = { words, chance, policies };
  for (const object of made) {
    const change = changes[String(object['kind'])];
    if (change === undefined) continue;
    if (chance.in(2)) change(object, making);
    if (chance.in(4)) change(object, making);
  }
  const twins = policies.filter(() => chance.in(6)).flatMap((policy) => twinOf(policy, making));
  return [...made, ...twins, ...hostsOf(making)] as readonly Json[];
}

type Change = (object: Mutable, making: Making) => void;

const changes: Readonly<Record<string, Change>> = {
  NetworkPolicy: changePolicy,
  GlobalNetworkPolicy: changePolicy,
  StagedNetworkPolicy: changePolicy,
  StagedGlobalNetworkPolicy: changePolicy,
  StagedKubernetesNetworkPolicy: changePolicy,
  ClusterNetworkPolicy: changePolicy,
  Tier: (object, { chance }) => {
    const spec = specOf(object);
    if (chance.in(2)) spec['defaultAction'] = chance.pick(['Pass', 'Deny']);
    else spec['order'] = chance.pick([1, 10, 10.5, 1000, 1_000_000, 2_000_000]);
  },
  Pod: changePod,
  NetworkSet: changeSet,
  GlobalNetworkSet: changeSet,
};

function changePolicy(policy: Mutable, making: Making): void {
  const { chance } = making;
  if (policy['kind'] === 'ClusterNetworkPolicy') {
    specOf(policy)['priority'] = chance.pick([0, 1, 1000]);
    return;
  }
  const isKubernetes = isOfKubernetes(policy);
  chance.pick(isKubernetes ? [borrowRules, rename, changeTypes] : calicoChanges)(policy, making);
  if (String(policy['kind']).startsWith('Staged') && chance.in(4)) changeAction(policy, making);
}

const borrowRules: Change = (policy, { policies, chance }) => {
  const isKubernetes = isOfKubernetes(policy);
  const lender = chance.pick(policies.filter((other) => isOfKubernetes(other) === isKubernetes));
  const direction = chance.pick(['ingress', 'egress']);
  const rules = specOf(lender)[direction];
  if (rules === undefined || specOf(policy)['stagedAction'] === 'Delete') return;
  specOf(policy)[direction] = structuredClone(rules);
};

const rename: Change = (policy, { policies, chance }) => {
  const { name } = metadataOf(chance.pick(policies));
  metadataOf(policy)['name'] = name;
};

const changeTypes: Change = (policy, { chance }) => {
  const member = isOfKubernetes(policy) ? 'policyTypes' : 'types';
  specOf(policy)[member] = chance.pick([
    undefined,
    [],
    ['Ingress'],
    ['Egress'],
    ['Ingress', 'Egress'],
  ]);
};

const changePlace: Change = (policy, { policies, chance }) => {
  const { order, tier } = specOf(chance.pick(policies));
  if (chance.in(2)) specOf(policy)['order'] = order;
  else specOf(policy)['tier'] = tier;
};

const changeSelector: Change = (policy, { words, chance }) => {
  const name = chance.pick(['selector', 'selector', 'namespaceSelector', 'serviceAccountSelector']);
  const texts = name === 'namespaceSelector' ? words.namespaceSelectors : words.selectors;
  const isGlobal = metadataOf(policy)['namespace'] === undefined;
  if (texts.length === 0 || (name === 'namespaceSelector' && !isGlobal)) return;
  specOf(policy)[name] = chance.pick([...texts, 'all()', '', undefined]);
};

const changeAction: Change = (policy, { chance }) => {
  const stagedAction = chance.pick(['Set', 'Learn', 'Ignore', 'Delete', undefined]);
  if (stagedAction === 'Delete') {
    const { tier } = specOf(policy);
    policy['spec'] = isOfKubernetes(policy) ? { stagedAction } : { stagedAction, tier };
  } else specOf(policy)['stagedAction'] = stagedAction;
};

const changeRule: Change = (policy, making) => {
  const { chance } = making;
  const direction = chance.pick(['ingress', 'egress'] as const);
  const rules = (specOf(policy)[direction] ?? []) as readonly Mutable[];
  if (rules.length === 0) return;
  const rule = chance.pick(rules);
  const side = chance.pick(['source', 'destination']);
  const entity = (rule[side] ??= {}) as Mutable;
  const [owner, name, value] = chance.pick<Criterion>(criteria)(rule, entity, making);
  if (value === undefined) delete owner[name];
  else owner[name] = value;
};

const calicoChanges: readonly Change[] = [
  borrowRules,
  rename,
  changeTypes,
  changePlace,
  changePlace,
  changeSelector,
  changeSelector,
  changeRule,
  changeRule,
  changeRule,
  changeRule,
  changeRule,
];

type Criterion = (
  rule: Mutable,
  entity: Mutable,
  making: Making,
) => readonly [owner: Mutable, name: string, value: unknown];

const criteria: readonly Criterion[] = [
  (rule, _, { chance }) => [rule, 'action', chance.pick(['Allow', 'Deny', 'Pass', 'Log'])],
  (rule, _, { chance }) => [rule, 'protocol', chance.pick(protocols)],
  (rule, _, { chance }) => [rule, 'notProtocol', chance.pick(protocols)],
  (rule, _, { chance }) => {
    rule['protocol'] = 'ICMP';
    const icmp = chance.pick([{ type: 8 }, { type: 8, code: 1 }, { type: 0, code: 0 }]);
    return [rule, chance.pick(['icmp', 'notICMP']), icmp];
  },
  (rule, _, { chance }) => [rule, 'ipVersion', chance.pick([4, 6, undefined])],
  (_, entity, making) => [entity, 'ports', portsOf(making)],
  (_, entity, making) => [entity, 'notPorts', portsOf(making)],
  (_, entity, making) => [entity, 'nets', netsOf(making)],
  (_, entity, making) => [entity, 'notNets', netsOf(making)],
  (_, entity, { chance, words }) => [
    entity,
    'selector',
    chance.pick([...words.selectors, '', 'all()']),
  ],
  (_, entity, { chance, words }) => [
    entity,
    'notSelector',
    chance.pick([...words.selectors, 'all()']),
  ],
  (_, entity, { chance, words }) => [
    entity,
    'namespaceSelector',
    chance.pick([...words.namespaceSelectors, 'all()', 'global()', undefined]),
  ],
  (_, entity, { chance, words }) => [
    entity,
    'serviceAccounts',
    chance.pick([...words.accounts, {}, undefined]),
  ],
  (rule, _, { chance, words }) => {
    const side = chance.pick(['source', 'destination']);
    rule[side] = {
      services: chance.pick([...words.services, { name: 'none', namespace: 'none' }]),
    };
    return [rule, 'protocol', chance.pick(protocols)];
  },
  (rule, _, { chance }) => [rule, 'http', chance.pick([{ methods: ['GET'] }, undefined])],
];

const protocols = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'UDPLite', 6, 1, 58, 47, undefined];

function portsOf({ chance, words }: Making): readonly unknown[] {
  const named = [...words.portNames, 'http'];
  const number = (): number => Math.max(1, chance.pick(words.portNumbers));
  return chance.pick<() => readonly unknown[]>([
    () => [chance.pick(named)],
    () => [chance.pick(named), chance.pick(named)],
    () => [number()],
    () => [number(), chance.pick(named)],
    () => [`1:${String(number())}`, chance.pick(named)],
  ])();
}

function netsOf({ chance, words }: Making): readonly string[] {
  const around = words.addresses.map((address) =>
    address.includes(':') ? `${address}/128` : `${address}/32`,
  );
  const wide = words.addresses
    .filter((address) => !address.includes(':'))
    .map((address) => `${address.split('.').slice(0, 3).join('.')}.0/24`);
  const list = [...words.nets, ...around, ...wide, '0.0.0.0/0', '::/0'];
  const first = chance.pick(list);
  const others = list.filter((net) => net.includes(':') === first.includes(':'));
  return chance.in(2) ? [first] : [...new Set([first, chance.pick(others), chance.pick(others)])];
}

function changePod(pod: Mutable, { chance, words }: Making): void {
  const status = (pod['status'] ??= {}) as Mutable;
  const spec = specOf(pod);
  chance.pick<() => void>([
    // Two pods at one address: one of them is on its way out.
    () => {
      const ip = chance.pick(words.addresses);
      status['podIPs'] = [{ ip }];
    },
    () => {
      if (chance.in(4)) status['phase'] = 'Succeeded';
    },
    () => {
      if (chance.in(4)) spec['hostNetwork'] = true;
    },
    () => {
      const ports = [
        {
          name: chance.pick([...words.portNames, 'http']),
          containerPort: chance.pick(words.portNumbers),
        },
      ];
      spec['containers'] = [{ name: 'c', image: 'i', ports }];
    },
    () => {
      const labels = (metadataOf(pod)['labels'] ??= {}) as Mutable;
      const keys = Object.keys(labels);
      if (keys.length > 0) delete labels[chance.pick(keys)];
    },
  ])();
}

function changeSet(set: Mutable, making: Making): void {
  const spec = specOf(set);
  const nets = (spec['nets'] ?? []) as readonly string[];
  spec['nets'] = [...new Set([...nets, ...netsOf(making)])];
}

const staged: Readonly<Record<string, string>> = {
  'projectcalico.org/v3 NetworkPolicy': 'StagedNetworkPolicy',
  'projectcalico.org/v3 GlobalNetworkPolicy': 'StagedGlobalNetworkPolicy',
  'networking.k8s.io/v1 NetworkPolicy': 'StagedKubernetesNetworkPolicy',
};

/** A staged policy of the same name, changed; none if the policy is staged itself. */
function twinOf(policy: Mutable, making: Making): readonly Mutable[] {
  const kind = staged[`${String(policy['apiVersion'])} ${String(policy['kind'])}`];
  if (kind === undefined) return [];
  const twin = structuredClone({ ...policy, apiVersion: 'projectcalico.org/v3', kind });
  changePolicy(twin, making);
  metadataOf(twin)['name'] = metadataOf(policy)['name'];
  return [twin];
}

function hostsOf({ chance, words }: Making): readonly Mutable[] {
  if (!chance.in(3)) return [];
  const expectedIPs = [chance.pick(words.addresses), chance.pick(words.addresses)];
  const name = chance.pick([...words.portNames, 'http']);
  const port = Math.max(1, chance.pick(words.portNumbers));
  return [
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'HostEndpoint',
      metadata: { name: 'mutated-host', labels: { app: 'a', role: 'node' } },
      spec: { node: 'mutated-node', expectedIPs, ports: [{ name, protocol: 'TCP', port }] },
    },
  ];
}

function isPolicy({ kind }: Mutable): boolean {
  return String(kind).endsWith('NetworkPolicy');
}

function isOfKubernetes({ apiVersion, kind }: Mutable): boolean {
  return kind === 'StagedKubernetesNetworkPolicy' || apiVersion === 'networking.k8s.io/v1';
}

function specOf(object: Mutable): Mutable {
  return (object['spec'] ??= {}) as Mutable;
}

function metadataOf(object: Mutable): Mutable {
  return object['metadata'] as Mutable;
}
