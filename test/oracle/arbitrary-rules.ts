import * as fc from 'fast-check';

/** A part of a manifest. */
export type Json = { readonly [member: string]: unknown };

/** The few words that random worlds are made of, so that things meet. */
export const words = {
  namespaces: ['shop', 'bank'],
  accounts: ['api', 'job'],
  services: ['ledger', 'cache'],
  portNames: ['http', 'dns'],
  ports: [53, 80, 8080],
  nets: {
    4: ['10.0.0.0/24', '10.0.0.0/29', '10.0.0.2/32', '10.0.0.4/30', '192.0.2.0/24', '0.0.0.0/0'],
    6: ['fd00::/64', 'fd00::/125', 'fd00::2/128', '2001:db8::/32', '::/0'],
  },
} as const;

/** A selector that asks for labels with these keys. */
export function aSelector(keys: readonly string[]): fc.Arbitrary<string> {
  const key = fc.constantFrom(...keys);
  const value = fc.constantFrom('"a"', "'b'", '""');
  const list = fc.array(value, { maxLength: 2 }).map((values) => `{${values.join(', ')}}`);
  const test = fc.oneof(
    fc.tuple(key, fc.constantFrom('==', '!='), value),
    fc.tuple(key, fc.constantFrom('in', 'not in'), list),
    fc.tuple(key, fc.constantFrom('contains', 'starts with', 'ends with'), value),
  );
  const leaf = fc.oneof(
    { weight: 6, arbitrary: test.map((parts) => parts.join(' ')) },
    { weight: 2, arbitrary: key.map((name) => `has(${name})`) },
    { weight: 1, arbitrary: fc.constant('all()') },
  );
  const negated = fc.tuple(fc.constantFrom('', '', '!'), leaf).map((parts) => parts.join(''));
  const pair = fc
    .tuple(fc.constantFrom('', '!'), negated, fc.constantFrom('&&', '||'), negated)
    .map(([not, left, operator, right]) => `${not}(${left} ${operator} ${right})`);
  return fc.oneof({ weight: 3, arbitrary: negated }, { weight: 1, arbitrary: pair });
}

/** What pods and sets are called by. */
export const aPodSelector = aSelector(['app', 'role']);

/** What namespaces are called by. */
export const aNamespaceSelector = fc.oneof(
  { weight: 3, arbitrary: aSelector(['env']) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...words.namespaces)
      .map((name) => `projectcalico.org/name == '${name}'`),
  },
);

/** The rules of a Calico policy for one direction, all of which the API server admits. */
export function calicoRules(
  direction: 'ingress' | 'egress',
  isNamespaced: boolean,
): fc.Arbitrary<readonly Json[]> {
  return fc.array(aCalicoRule(direction, isNamespaced), { maxLength: 3 });
}

/** The rules of a Kubernetes policy for one direction. */
export function kubernetesRules(direction: 'ingress' | 'egress'): fc.Arbitrary<readonly Json[]> {
  const rule = fc.record(
    {
      [direction === 'ingress' ? 'from' : 'to']: fc.array(aKubernetesPeer, { maxLength: 2 }),
      ports: fc.array(aKubernetesPort, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
  return fc.array(rule, { maxLength: 2 });
}

/** A label selector of Kubernetes that asks for labels with these keys. */
export function aLabelSelector(...keys: readonly string[]): fc.Arbitrary<Json> {
  const key = fc.constantFrom(...keys);
  const values = fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 });
  const expression = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values }),
    fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  );
  return fc.record(
    {
      matchLabels: fc.dictionary(key, fc.constantFrom('a', 'b'), { maxKeys: 1 }),
      matchExpressions: fc.array(expression, { maxLength: 1 }),
    },
    { requiredKeys: [] },
  );
}

type Family = 4 | 6;

interface ProtocolPart {
  readonly criteria: Json;
  /** Families that the criteria leave. */
  readonly families: readonly Family[];
  /** What the API server lets `ports` hold beside them. */
  readonly ports: 'none' | 'names' | 'all';
}

const both: readonly Family[] = [4, 6];

const aProtocolPart: fc.Arbitrary<ProtocolPart> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constant<ProtocolPart>({ criteria: {}, families: both, ports: 'names' }),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom('TCP', 'UDP', 'SCTP', 6)
      .map((protocol): ProtocolPart => ({ criteria: { protocol }, families: both, ports: 'all' })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('TCP', 47, 'UDPLite').map((notProtocol): ProtocolPart => ({
      criteria: { notProtocol },
      families: both,
      ports: 'names',
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('icmp', 'notICMP'), fc.constantFrom({ type: 8 }, { type: 8, code: 1 }))
      .map(([member, icmp]): ProtocolPart => {
        return { criteria: { protocol: 'ICMP', [member]: icmp }, families: [4], ports: 'none' };
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<readonly [unknown, Family]>(['ICMPv6', 6], ['ICMP', 4], [58, 6], [1, 4])
      .map(([protocol, family]): ProtocolPart => ({
        criteria: { protocol },
        families: [family],
        ports: 'none',
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(47, 'UDPLite')
      .map((protocol): ProtocolPart => ({ criteria: { protocol }, families: both, ports: 'none' })),
  },
);

function aCalicoRule(direction: 'ingress' | 'egress', isNamespaced: boolean): fc.Arbitrary<Json> {
  const action = fc.constantFrom('Allow', 'Allow', 'Deny', 'Deny', 'Pass', 'Log');
  return fc.tuple(action, aProtocolPart).chain(([verb, { criteria, families, ports }]) =>
    fc.constantFrom(...families).chain((family) => {
      const end = (side: 'source' | 'destination'): fc.Arbitrary<Json> =>
        anEntity({ side, direction, family, ports, isNamespaced });
      const isHttp = verb === 'Allow' && direction === 'ingress' && ports === 'names';
      const rest = fc.record(
        {
          ipVersion: fc.constantFrom(undefined, undefined, family),
          source: end('source'),
          destination: end('destination'),
          http: fc.constantFrom(undefined, undefined, isHttp ? { methods: ['GET'] } : undefined),
        },
        { requiredKeys: [] },
      );
      return rest.map((members): Json => ({ action: verb, ...criteria, ...members }));
    }),
  );
}

interface EntityContext {
  readonly side: 'source' | 'destination';
  readonly direction: 'ingress' | 'egress';
  readonly family: Family;
  readonly ports: ProtocolPart['ports'];
  readonly isNamespaced: boolean;
}

/** A side asks for one or two things at most: rules that ask for everything match nothing. */
function anEntity(context: EntityContext): fc.Arbitrary<Json> {
  const nets = fc.uniqueArray(fc.constantFrom(...words.nets[context.family]), {
    minLength: 1,
    maxLength: 2,
  });
  const notNets = nets
    .map((list) => list.filter((net) => !net.endsWith('/0')))
    .filter((list) => list.length > 0);
  const accounts = fc.record(
    {
      names: fc.uniqueArray(fc.constantFrom(...words.accounts), { minLength: 1 }),
      selector: aSelector(['team']),
    },
    { requiredKeys: [] },
  );
  const namespaceSelector = fc.oneof(
    { weight: 3, arbitrary: aNamespaceSelector },
    { weight: 1, arbitrary: fc.constant('global()') },
  );
  const whom = fc.oneof(
    fc.record(
      {
        selector: aPodSelector,
        notSelector: aPodSelector,
        namespaceSelector,
        serviceAccounts: accounts,
      },
      { requiredKeys: [] },
    ),
    fc.record({ nets, notNets }, { requiredKeys: [] }),
    fc.record({ selector: aPodSelector, nets }),
    fc.constant<Json>({}),
    fc.constant<Json>({}),
  );
  return fc.oneof(
    { weight: 8, arbitrary: withPorts(whom, context) },
    ...(isServiceSide(context) ? [{ weight: 1, arbitrary: aService }] : []),
  );
}

const aService: fc.Arbitrary<Json> = fc.record({
  services: fc.record({
    name: fc.constantFrom(...words.services),
    namespace: fc.constantFrom(...words.namespaces),
  }),
});

function isServiceSide({ side, direction }: EntityContext): boolean {
  return side === (direction === 'ingress' ? 'source' : 'destination');
}

function withPorts(whom: fc.Arbitrary<Json>, context: EntityContext): fc.Arbitrary<Json> {
  if (context.ports === 'none') return whom;
  const name = fc.constantFrom<string | number>(...words.portNames);
  const number = fc.constantFrom<string | number>(...words.ports, '1:79', '80:9000');
  const entry = context.ports === 'all' ? fc.oneof(name, number) : name;
  const list = fc.array(entry, { minLength: 1, maxLength: 2 });
  const ports = fc.oneof(
    { weight: 3, arbitrary: fc.constant<Json>({}) },
    { weight: 2, arbitrary: list.map((entries): Json => ({ ports: entries })) },
    { weight: 1, arbitrary: list.map((entries): Json => ({ notPorts: entries })) },
  );
  return fc.tuple(whom, ports).map(([left, right]) => ({ ...left, ...right }));
}

const aKubernetesPeer: fc.Arbitrary<Json> = fc.oneof(
  fc.record(
    { podSelector: aLabelSelector('app', 'role'), namespaceSelector: aLabelSelector('env') },
    { requiredKeys: ['podSelector'] },
  ),
  fc.record({ namespaceSelector: aLabelSelector('env') }),
  fc.record({
    ipBlock: fc.constantFrom(
      { cidr: '10.0.0.0/24', except: ['10.0.0.4/30'] },
      { cidr: '0.0.0.0/0' },
      { cidr: 'fd00::/64' },
    ),
  }),
);

const aKubernetesPort: fc.Arbitrary<Json> = fc.oneof(
  fc.record(
    {
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
      port: fc.constantFrom<string | number>(...words.ports, ...words.portNames),
    },
    { requiredKeys: [] },
  ),
  fc.record({ port: fc.constant(80), endPort: fc.constant(9000) }),
);
