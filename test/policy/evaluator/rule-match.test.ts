// Rules put to connections of which little is known: whether they match, and which questions are open.
import { describe, expect, test } from 'vitest';
import { Gap, type Facts, type Knowledge } from '../../../src/policy/evaluator/facts.ts';
import type { LabelFacts } from '../../../src/policy/index/candidate.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import {
  cluster,
  compiled,
  connection,
  document,
  ip,
  only,
  podOf,
  summary,
} from '../index/compiled.ts';
import { decodeYaml } from '../resources/decoding.ts';

/** A pod with a port of TCP and one of UDP. */
const pod = (name: string, address: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec:
  nodeName: n1
  containers:
    - name: c
      ports: [{ name: web, containerPort: 80 }, { name: dns, containerPort: 53, protocol: UDP }]
status: { podIP: ${address} }
`;
const shop = cluster('shop', []) + pod('p', '10.0.0.1') + pod('w', '10.0.0.2');

interface Row {
  readonly name: string;
  /** What the only rule asks, beside its action. */
  readonly rule: string;
  readonly facts?: Partial<Facts>;
  readonly knowledge?: Knowledge;
  /** `yes`, `no`, or the gaps that leave it open. */
  readonly expected: string | number;
}

const icmp: Partial<Facts> = { protocol: 1, destPort: -1 };

const rows: readonly Row[] = [
  {
    name: 'ICMP type 0 is a type',
    rule: 'protocol: ICMP, icmp: { type: 0 }',
    facts: { ...icmp, icmpType: 8, icmpCode: 0 },
    expected: 'no',
  },
  {
    name: 'an excluded ICMP type 0 is a type',
    rule: 'protocol: ICMP, notICMP: { type: 0 }',
    facts: { ...icmp, icmpType: 0, icmpCode: 0 },
    expected: 'no',
  },
  {
    name: 'an ICMP code must be the one that is asked for',
    rule: 'protocol: ICMP, icmp: { type: 8, code: 1 }',
    facts: { ...icmp, icmpType: 8, icmpCode: 0 },
    expected: 'no',
  },
  {
    name: 'an ICMP code matches with its type',
    rule: 'protocol: ICMP, icmp: { type: 8, code: 1 }',
    facts: { ...icmp, icmpType: 8, icmpCode: 1 },
    expected: 'yes',
  },
  {
    name: 'an unknown ICMP code is open where the type fits',
    rule: 'protocol: ICMP, icmp: { type: 8, code: 1 }',
    facts: { ...icmp, icmpType: 8 },
    expected: Gap.icmp,
  },
  {
    name: 'an unknown port holds no ICMP code that could exclude a rule',
    rule: 'protocol: ICMP, icmp: { type: 8, code: 0 }',
    facts: icmp,
    expected: Gap.icmp,
  },
  {
    name: 'a known ICMP type 0 beats the port',
    rule: 'protocol: ICMP, icmp: { type: 0 }',
    facts: { ...icmp, destPort: 2048, icmpType: 0, icmpCode: 0 },
    expected: 'yes',
  },
  {
    name: 'an ICMP type that is not the excluded one',
    rule: 'protocol: ICMP, notICMP: { type: 8 }',
    facts: { ...icmp, icmpType: 3, icmpCode: 1 },
    expected: 'yes',
  },
  {
    name: 'an unknown ICMP type may be the excluded one',
    rule: 'protocol: ICMP, notICMP: { type: 8 }',
    facts: icmp,
    expected: Gap.icmp,
  },
  {
    name: 'a connection of another protocol has no excluded ICMP type',
    rule: 'notICMP: { type: 8 }',
    expected: 'yes',
  },
  {
    name: 'a connection of an unknown protocol may have it',
    rule: 'notICMP: { type: 8 }',
    facts: { protocol: -1, icmpType: 8, icmpCode: 0 },
    expected: Gap.icmp | Gap.protocol,
  },
  {
    name: 'an unknown protocol is not assumed to have the ICMP type that is asked for',
    rule: 'protocol: ICMP, icmp: { type: 8 }',
    facts: { protocol: -1, destPort: -1 },
    knowledge: 'assuming',
    expected: Gap.icmp | Gap.protocol,
  },
  {
    name: 'the protocol is no question of a rule that does not ask for it',
    rule: 'http: { methods: [GET] }',
    facts: { protocol: -1 },
    expected: Gap.http,
  },
  {
    name: 'nor of one that has other criteria than ports',
    rule: 'ipVersion: 4',
    facts: { protocol: -1 },
    expected: 'yes',
  },
  {
    name: 'a rule of the other family',
    rule: 'ipVersion: 6',
    expected: 'no',
  },
  {
    name: 'a source port by name is one of the source',
    rule: 'protocol: UDP, source: { ports: [dns] }',
    facts: { protocol: 17, sourcePort: 53, destPort: 80 },
    expected: 'yes',
  },
  {
    name: 'the destination port is not asked for by a name of the source',
    rule: 'protocol: UDP, source: { ports: [dns] }',
    facts: { protocol: 17, sourcePort: 80, destPort: 53 },
    expected: 'no',
  },
  {
    name: 'an excluded source port by name is one of the source',
    rule: 'protocol: UDP, source: { notPorts: [dns] }',
    facts: { protocol: 17, sourcePort: 53, destPort: 80 },
    expected: 'no',
  },
  {
    name: 'an unknown port may have the name',
    rule: 'protocol: TCP, destination: { ports: [web] }',
    facts: { destPort: -1 },
    expected: Gap.destPort,
  },
  {
    name: 'an unknown source port may have the excluded name',
    rule: 'protocol: TCP, source: { notPorts: [web] }',
    facts: { sourcePort: -1 },
    expected: Gap.sourcePort,
  },
  {
    name: 'a name needs the protocol',
    rule: 'protocol: TCP, destination: { ports: [web] }',
    facts: { protocol: -1 },
    expected: Gap.protocol,
  },
  {
    name: 'a port number beside names needs no name',
    rule: 'protocol: TCP, destination: { ports: [80, dns] }',
    expected: 'yes',
  },
  {
    name: 'an excluded port number beats a name',
    rule: 'protocol: TCP, destination: { ports: [web, 443], notPorts: [80] }',
    expected: 'no',
  },
  {
    name: 'a name is one of the protocol that the port has',
    rule: 'protocol: TCP, destination: { ports: [dns] }',
    facts: { destPort: 53 },
    expected: 'no',
  },
  {
    name: 'nor of another where the port is unknown',
    rule: 'protocol: TCP, destination: { ports: [dns] }',
    facts: { destPort: -1 },
    expected: 'no',
  },
  {
    name: 'nor of another port where the protocol is unknown',
    rule: 'protocol: TCP, destination: { ports: [web] }',
    facts: { protocol: -1, destPort: 81 },
    expected: 'no',
  },
  {
    name: 'a name whose protocol and port are unknown',
    rule: 'protocol: TCP, destination: { ports: [web] }',
    facts: { protocol: -1, destPort: -1 },
    expected: Gap.protocol | Gap.destPort,
  },
  {
    name: 'a name is asked of what the selector selects',
    rule: "protocol: TCP, destination: { selector: app == 'w', ports: [web] }",
    expected: 'no',
  },
  {
    name: 'a name is that of a port of what the selector selects',
    rule: "protocol: TCP, destination: { selector: app == 'p', ports: [web] }",
    expected: 'yes',
  },
  {
    name: 'a number beside a name is asked of what the selector selects',
    rule: "protocol: TCP, destination: { selector: app == 'w', ports: [web, 80] }",
    expected: 'no',
  },
  {
    name: 'an empty list of ports leaves the selector',
    rule: "protocol: TCP, destination: { selector: app == 'w', ports: [] }",
    expected: 'no',
  },
  {
    name: 'a protocol that is excluded',
    rule: 'notProtocol: TCP',
    expected: 'no',
  },
  {
    name: 'another protocol than the excluded one',
    rule: 'notProtocol: UDP',
    expected: 'yes',
  },
  {
    name: 'empty lists ask nothing',
    rule: 'protocol: TCP, source: { nets: [], notNets: [], notPorts: [] }, destination: { ports: [] }',
    expected: 'yes',
  },
];

/** Whether the only rule of a policy of `p` matches. */
function answerOf(index: PolicyIndex, facts: Facts, knowledge: Knowledge): string | number {
  const evaluation = index.evaluate(facts, 'enforced', knowledge);
  if (evaluation.status === 'uncertain') return evaluation.gaps;
  return summary(evaluation) === 'allow: 0|default|gnp:g|allow|0' ? 'yes' : 'no';
}

/** A policy of `p` with a rule that allows this, to what comes in or goes out. */
const allowing = (rule: string, direction: 'Ingress' | 'Egress' = 'Ingress') =>
  shop +
  document(
    'GlobalNetworkPolicy g',
    `{ selector: "app == 'p'", types: [${direction}],
       ${direction.toLowerCase()}: [{ action: Allow, ${rule} }] }`,
  );

describe('a rule and a connection', () => {
  test.each(rows)('$name', ({ rule, facts, knowledge = 'strict', expected }) => {
    const index = compiled(allowing(rule));
    const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'), facts);
    expect(answerOf(index, between, knowledge)).toBe(expected);
  });

  test.each<readonly [protocol: number, icmpFromPort: boolean, expected: string | number]>([
    [1, true, 'no'],
    [1, false, Gap.icmp],
    [6, true, 'yes'],
    [58, true, Gap.icmp],
  ])('the port of protocol %i (holds type and code: %s)', (protocol, icmpFromPort, expected) => {
    const resources = decodeYaml(allowing('notICMP: { type: 8 }'));
    const index = compileIndex(resources, {
      mode: 'enforcement',
      onInvalid: 'refuse',
      icmpFromPort,
    });
    const numbers = { protocol, destPort: 2048 };
    const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'), numbers);
    expect(answerOf(index, between, 'strict')).toBe(expected);
  });
});

describe('a rule and a destination of which little is known', () => {
  const unknown: LabelFacts = {
    namespace: 'shop',
    labels: null,
    isAggregate: false,
    isWorkload: true,
  };

  test.each<readonly [name: string, rule: string, facts: Partial<Facts>, expected: unknown]>([
    ['its labels', "destination: { selector: app == 'db' }", {}, Gap.destLabels],
    [
      'and the port',
      "protocol: TCP, destination: { selector: app == 'db', ports: [443] }",
      { destPort: -1 },
      Gap.destLabels | Gap.destPort,
    ],
    [
      'what owns a port of that name',
      'protocol: TCP, destination: { ports: [sql] }',
      {},
      Gap.addressOwner,
    ],
    [
      'what owns no port of that name',
      'protocol: TCP, destination: { notPorts: [sql] }',
      {},
      Gap.addressOwner,
    ],
    [
      'what owns that port of the source is known',
      'protocol: TCP, source: { ports: [web] }',
      { sourcePort: 80 },
      'yes',
    ],
    [
      'its labels, but not its nets',
      "destination: { selector: app == 'db', nets: [10.7.0.0/16] }",
      {},
      Gap.destLabels,
    ],
    [
      'neither labels nor nets, which rule it out',
      "destination: { selector: app == 'db', nets: [10.8.0.0/16] }",
      {},
      'no',
    ],
    [
      'its labels and what owns a port of that name',
      "protocol: TCP, destination: { selector: app == 'db', ports: [sql] }",
      {},
      Gap.destLabels | Gap.addressOwner,
    ],
    [
      'a service of which nothing was loaded',
      'destination: { services: { name: ledger, namespace: bank } }',
      {},
      Gap.serviceEndpoints,
    ],
    [
      'such a service, the protocol and the port',
      'destination: { services: { name: ledger, namespace: bank } }',
      { protocol: -1, destPort: -1 },
      Gap.serviceEndpoints | Gap.protocol | Gap.destPort,
    ],
  ])('%s', (_name, rule, facts, expected) => {
    const index = compiled(allowing(rule, 'Egress'));
    const end = only(index.ofLabels(unknown, { kind: 'address', address: ip('10.7.1.1') }));
    const between = connection(podOf(index, 'shop', 'p'), end, { direction: 'egress', ...facts });
    expect(answerOf(index, between, 'strict')).toBe(expected);
  });

  test.each<readonly [name: string, numbers: Partial<Facts>, expected: string | number]>([
    ['is open for an endpoint that is known', {}, Gap.serviceEndpoints],
    ['has no ports of ICMP', { protocol: 1, destPort: -1 }, 'no'],
  ])('a service of which nothing was loaded %s', (_name, numbers, expected) => {
    const rule = 'destination: { services: { name: ledger, namespace: bank } }';
    const index = compiled(allowing(rule, 'Egress'));
    const [p, w] = [podOf(index, 'shop', 'p'), podOf(index, 'shop', 'w')];
    const between = connection(p, w, { direction: 'egress', ...numbers });
    expect(answerOf(index, between, 'strict')).toBe(expected);
  });

  test('no port by a name that only another rule asks for', () => {
    const other = document(
      'GlobalNetworkPolicy other',
      `{ selector: "app == 'w'", types: [Ingress],
         ingress: [{ action: Allow, protocol: TCP, destination: { ports: [web] } }] }`,
    );
    const index = compiled(other + allowing('protocol: TCP, destination: { ports: [dns] }'));
    const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    expect(answerOf(index, between, 'strict')).toBe('no');
  });

  test('no endpoint of a service that was loaded', () => {
    const slice = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s1, namespace: bank, labels: { kubernetes.io/service-name: ledger } }
addressType: IPv4
endpoints: [{ addresses: [10.0.0.2] }]
ports: [{ port: 80, protocol: TCP }]
`;
    const rule = 'destination: { services: { name: ledger, namespace: bank } }';
    const index = compiled(slice + allowing(rule, 'Egress'));
    const stranger = only(index.ofLabels(unknown, { kind: 'address', address: ip('10.7.1.1') }));
    const answers = [stranger, podOf(index, 'shop', 'w')].map((end) =>
      answerOf(
        index,
        connection(podOf(index, 'shop', 'p'), end, { direction: 'egress' }),
        'strict',
      ),
    );
    expect(answers).toEqual(['no', 'yes']);
  });
});
