import { describe, expect, test } from 'vitest';
import { Gap, type Facts, type Knowledge } from '../../../src/policy/evaluator/facts.ts';
import type { LabelFacts } from '../../../src/policy/index/candidate.ts';
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

const shop = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.2 app=w'], 'env: prod');
const tiers =
  document('Tier t1', '{ order: 10, defaultAction: Deny }') +
  document('Tier t2', '{ order: 20, defaultAction: Pass }');
const staged = (name: string, rules: string, more = '') =>
  document(`StagedGlobalNetworkPolicy ${name}`, `{ types: [Ingress], ingress: [${rules}]${more} }`);

const port = (action: string, ports: string) =>
  `{ action: ${action}, protocol: TCP, destination: { ports: [${ports}] } }`;

interface Row {
  readonly name: string;
  readonly policies: string;
  readonly unknown: Partial<Facts>;
  readonly knowledge?: Knowledge;
  readonly expected: string;
  readonly gaps: number;
}

const rows: readonly Row[] = [
  {
    name: 'a rule that may match opens both ways',
    policies: staged('a', port('Allow', '443')),
    unknown: { destPort: -1 },
    expected: 'allow|deny:',
    gaps: Gap.destPort,
  },
  {
    name: 'the trace keeps what was certain before',
    policies: staged('a', '{ action: Pass }', ', tier: t1') + staged('b', port('Allow', '443')),
    unknown: { destPort: -1 },
    expected: 'allow|deny: 0|t1|sgnp:a|pass|0',
    gaps: Gap.destPort,
  },
  {
    name: 'both ways lead to one verdict, by different rules',
    policies: staged('a', `${port('Allow', '443')}, { action: Allow }`),
    unknown: { destPort: -1 },
    expected: 'allow ~:',
    gaps: Gap.destPort,
  },
  {
    name: 'a rule that may pass goes on in this tier and in the next',
    policies:
      staged('a', `${port('Pass', '443')}, { action: Deny }`, ', tier: t1') +
      staged('b', '{ action: Allow }'),
    unknown: { destPort: -1 },
    expected: 'allow|deny:',
    gaps: Gap.destPort,
  },
  {
    name: 'a rule that may only log leaves nothing open',
    policies: staged('a', `${port('Log', '443')}, { action: Allow }`),
    unknown: { destPort: -1 },
    expected: 'allow: 0|default|sgnp:a|allow|1',
    gaps: 0,
  },
  {
    name: 'an unknown source port',
    policies: staged('a', '{ action: Allow, protocol: TCP, source: { ports: [53] } }'),
    unknown: { sourcePort: -1 },
    expected: 'allow|deny:',
    gaps: Gap.sourcePort,
  },
  {
    name: 'an unknown protocol',
    policies: staged('a', '{ action: Allow, protocol: UDP }'),
    unknown: { protocol: -1 },
    expected: 'allow|deny:',
    gaps: Gap.protocol,
  },
  {
    name: 'an unknown protocol is some protocol',
    policies: staged('a', '{ action: Allow }'),
    unknown: { protocol: -1 },
    expected: 'allow: 0|default|sgnp:a|allow|0',
    gaps: 0,
  },
  {
    name: 'an unknown protocol that a rule excludes',
    policies: staged('a', '{ action: Allow, notProtocol: UDP }'),
    unknown: { protocol: -1 },
    expected: 'allow|deny:',
    gaps: Gap.protocol,
  },
  {
    name: 'an unknown ICMP type is open while knowledge is strict',
    policies: staged('a', '{ action: Allow, protocol: ICMP, icmp: { type: 8 } }'),
    unknown: { protocol: 1, destPort: -1 },
    expected: 'allow|deny:',
    gaps: Gap.icmp,
  },
  {
    name: 'else the rule matches as if it did not ask',
    policies: staged('a', '{ action: Allow, protocol: ICMP, icmp: { type: 8 } }'),
    unknown: { protocol: 1, destPort: -1 },
    knowledge: 'assuming',
    expected: 'allow: 0|default|sgnp:a|allow|0',
    gaps: 0,
  },
  {
    name: 'the same holds for notICMP',
    policies: staged('a', '{ action: Allow, protocol: ICMP, notICMP: { type: 8 } }'),
    unknown: { protocol: 1, destPort: -1 },
    knowledge: 'assuming',
    expected: 'allow: 0|default|sgnp:a|allow|0',
    gaps: 0,
  },
  {
    name: 'the destination port of ICMP holds type and code',
    policies: staged('a', '{ action: Allow, protocol: ICMP, icmp: { type: 8, code: 0 } }'),
    unknown: { protocol: 1, destPort: 2048 },
    expected: 'allow: 0|default|sgnp:a|allow|0',
    gaps: 0,
  },
  {
    name: 'a type that is known beats the port',
    policies: staged('a', '{ action: Allow, protocol: ICMP, icmp: { type: 8 } }'),
    unknown: { protocol: 1, destPort: 2048, icmpType: 3, icmpCode: 1 },
    expected: 'deny: 0|default|sgnp:a|deny|-1',
    gaps: 0,
  },
  {
    name: 'HTTP criteria are open while knowledge is strict',
    policies: staged('a', '{ action: Allow, protocol: TCP, http: { methods: [GET] } }'),
    unknown: {},
    expected: 'allow|deny:',
    gaps: Gap.http,
  },
  {
    name: 'else they match',
    policies: staged('a', '{ action: Allow, protocol: TCP, http: { methods: [GET] } }'),
    unknown: {},
    knowledge: 'assuming',
    expected: 'allow: 0|default|sgnp:a|allow|0',
    gaps: 0,
  },
  {
    name: 'a service of which nothing was loaded',
    policies: staged(
      'a',
      '{ action: Allow, source: { services: { name: ledger, namespace: bank } } }',
    ),
    unknown: {},
    expected: 'allow|deny:',
    gaps: Gap.serviceEndpoints,
  },
];

describe('what a record does not say', () => {
  test.each(rows)('$name', ({ policies, unknown, knowledge, expected, gaps }) => {
    const index = compiled(shop + tiers + policies);
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'), unknown);
    const evaluation = index.evaluate(facts, 'pending', knowledge ?? 'strict');
    expect(summary(evaluation)).toBe(expected);
    expect(evaluation).toHaveProperty('gaps', gaps);
  });
});

/** A policy of tier t1 that lets everything in from pods of these labels, on pods of these. */
const selecting = (selector: string, more = '{ action: Allow }') =>
  document(
    'StagedGlobalNetworkPolicy a',
    `{ tier: t1, types: [Ingress], selector: "${selector}", ingress: [${more}] }`,
  );

/** An aggregate of shop with these labels. */
function words(labels: readonly [string, string][]): LabelFacts {
  return { namespace: 'shop', labels: new Map(labels), isAggregate: true, isWorkload: true };
}

/** What comes in to such an end, and the gaps. */
function judge(yaml: string, facts: LabelFacts, knowledge: Knowledge) {
  const index = compiled(shop + tiers + yaml);
  const subject = only(index.ofLabels(facts, { kind: 'address', address: ip('10.0.0.9') }));
  const between = connection(podOf(index, 'shop', 'w'), subject);
  const evaluation = index.evaluate(between, 'pending', knowledge);
  return [summary(evaluation), 'gaps' in evaluation ? evaluation.gaps : 0];
}

describe('a policy that may select the endpoint', () => {
  test('may end the tier, or not', () => {
    const yaml = selecting("role == 'db'", '{ action: Allow, protocol: UDP }');
    expect(judge(yaml, words([]), 'strict')).toEqual(['allow|deny:', Gap.absentLabel]);
  });

  test('does not select it by assumption', () => {
    const yaml = selecting("role == 'db'", '{ action: Allow, protocol: UDP }');
    expect(judge(yaml, words([]), 'assuming')).toEqual([
      'allow: 0|__PROFILE__|pro:kns.shop|allow|0',
      0,
    ]);
  });

  test('leaves no doubt about a tier that another policy ends the same way', () => {
    const yaml =
      selecting("role == 'db'", '{ action: Allow, protocol: UDP }') +
      document('StagedGlobalNetworkPolicy b', '{ tier: t1, order: 1, types: [Ingress] }');
    expect(judge(yaml, words([]), 'strict')).toEqual(['deny: 0|t1|sgnp:b|deny|-1', 0]);
  });

  test('may own the end of the tier, so that the hit is not certain', () => {
    const yaml =
      document(
        'StagedGlobalNetworkPolicy a',
        `{ tier: t1, order: 1, types: [Ingress], selector: "role == 'db'" }`,
      ) + document('StagedGlobalNetworkPolicy b', '{ tier: t1, order: 2, types: [Ingress] }');
    expect(judge(yaml, words([]), 'strict')).toEqual(['deny ~:', Gap.absentLabel]);
  });

  test('does not matter once a policy before it has decided', () => {
    const yaml =
      selecting("role == 'db'", '{ action: Deny }') +
      document(
        'StagedGlobalNetworkPolicy b',
        '{ tier: t1, order: 1, types: [Ingress], ingress: [{ action: Allow }] }',
      );
    expect(judge(yaml, words([]), 'strict')).toEqual(['allow: 0|t1|sgnp:b|allow|0', 0]);
  });

  test.each<readonly [name: string, selector: string, gap: number]>([
    ['a volatile label', 'has(pod-template-hash)', Gap.volatileLabel],
    ['a label of the service account', "pcsa.x == 'y'", Gap.serviceAccount],
    ['the service account', "projectcalico.org/serviceaccount == 'y'", Gap.serviceAccount],
  ])('%s is never assumed to be absent', (_name, selector, gap) => {
    expect(judge(selecting(selector, '{ action: Deny }'), words([]), 'assuming')).toEqual([
      'allow|deny:',
      gap,
    ]);
  });

  test.each<readonly [name: string, selector: string]>([
    ['a label that the record has', "role == 'db'"],
    ['the namespace', "projectcalico.org/namespace == 'shop'"],
    ['the orchestrator', "projectcalico.org/orchestrator == 'k8s'"],
    ['a label of the namespace', "pcns.env == 'prod'"],
  ])('%s is certain', (_name, selector) => {
    const facts = words([['role', 'db']]);
    expect(judge(selecting(selector, '{ action: Deny }'), facts, 'strict')).toEqual([
      'deny: 0|t1|sgnp:a|deny|0',
      0,
    ]);
  });

  test('whose labels nobody knows may be selected by anything', () => {
    const facts = { ...words([]), labels: null };
    expect(judge(selecting("role == 'db'", '{ action: Deny }'), facts, 'assuming')).toEqual([
      'allow|deny:',
      Gap.destLabels,
    ]);
  });
});

describe('a rejected policy', () => {
  const broken = '{ tier: t1, order: 5, selector: "app ==", ingress: [{ action: Allow }] }';

  test('might do anything where it stands', () => {
    const index = compiled(shop + tiers + document('StagedNetworkPolicy shop/bad', broken));
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    const evaluation = index.evaluate(facts, 'pending', 'strict');
    expect(summary(evaluation)).toBe('allow|deny:');
    expect(evaluation).toHaveProperty('gaps', Gap.rejectedPolicy);
    expect(summary(index.evaluate(facts, 'enforced', 'strict'))).toBe(
      'allow: 0|__PROFILE__|pro:kns.shop|allow|0',
    );
  });

  test('does nothing after a policy that decides', () => {
    const index = compiled(
      shop +
        tiers +
        document('StagedNetworkPolicy shop/bad', broken) +
        document('GlobalNetworkPolicy g', '{ tier: t1, order: 1, ingress: [{ action: Allow }] }'),
    );
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    expect(summary(index.evaluate(facts, 'pending', 'strict'))).toBe('allow: 0|t1|gnp:g|allow|0');
  });

  test('cannot leave its namespace', () => {
    const bank = cluster('bank', ['p 10.0.1.1 app=p']);
    const index = compiled(shop + bank + tiers + document('StagedNetworkPolicy shop/bad', broken));
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'bank', 'p'));
    expect(summary(index.evaluate(facts, 'pending', 'strict'))).toBe(
      'allow: 0|__PROFILE__|pro:kns.bank|allow|0',
    );
    expect(index.stagedTouching('ingress', podOf(index, 'bank', 'p'))).toEqual([]);
  });

  test('may or may not take its namesake away', () => {
    const index = compiled(
      shop +
        tiers +
        document('NetworkPolicy shop/bad', '{ tier: t1, order: 1, ingress: [{ action: Allow }] }') +
        document('StagedNetworkPolicy shop/bad', broken),
    );
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    expect(summary(index.evaluate(facts, 'pending', 'strict'))).toBe('allow|deny:');
  });
});
