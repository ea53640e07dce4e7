// Ways through tiers and profiles where something is open.
import { describe, expect, test } from 'vitest';
import { Gap, type Facts, type ScopeEvaluation } from '../../../src/policy/evaluator/facts.ts';
import type { Candidate, LabelFacts } from '../../../src/policy/index/candidate.ts';
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

const shop = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.2 app=w']);
const tiers = document('Tier t1', '{ order: 10 }');
const nothingKnown: LabelFacts = {
  namespace: 'shop',
  labels: null,
  isAggregate: false,
  isWorkload: true,
};
const aggregate: LabelFacts = { ...nothingKnown, labels: new Map(), isAggregate: true };

/** What is said of a connection, and the gaps. */
function answered(evaluation: ScopeEvaluation): readonly [string, number] {
  return [summary(evaluation), 'gaps' in evaluation ? evaluation.gaps : 0];
}

/** The end in these words, at an address that nobody owns. */
function endOf(index: PolicyIndex, words: LabelFacts): Candidate {
  return only(index.ofLabels(words, { kind: 'address', address: ip('10.0.0.9') }));
}

function judge(yaml: string, numbers: Partial<Facts> = {}) {
  const index = compiled(shop + tiers + yaml);
  const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'), numbers);
  return answered(index.evaluate(between, 'pending', 'strict'));
}

const ofTier1 = (name: string, order: number, rule: string) =>
  document(
    `GlobalNetworkPolicy ${name}`,
    `{ tier: t1, order: ${order}, types: [Ingress], ingress: [${rule}] }`,
  );

describe('where both verdicts are possible', () => {
  test('nothing after that is a question any more', () => {
    const yaml =
      ofTier1('a', 1, '{ action: Allow, protocol: TCP, destination: { ports: [443] } }') +
      ofTier1('b', 2, '{ action: Deny, protocol: TCP, source: { ports: [53] } }') +
      ofTier1('c', 3, '{ action: Allow, protocol: TCP, http: { methods: [GET] } }');
    expect(judge(yaml, { destPort: -1, sourcePort: -1 })).toEqual([
      'allow|deny:',
      Gap.destPort | Gap.sourcePort,
    ]);
    expect(judge(yaml, { destPort: -1 })).toEqual(['allow|deny:', Gap.destPort | Gap.http]);
  });
});

describe('a namesake that a rejected policy may take away', () => {
  const broken = document(
    'StagedNetworkPolicy shop/a',
    '{ tier: t1, order: 5, selector: "app ==" }',
  );
  const namesake = document(
    'NetworkPolicy shop/a',
    '{ tier: t1, order: 1, types: [Ingress], ingress: [{ action: Allow }] }',
  );

  test('may decide all the same, before a policy that stands between', () => {
    const between = document(
      'NetworkPolicy shop/b',
      '{ tier: t1, order: 2, types: [Ingress], ingress: [{ action: Deny }] }',
    );
    expect(judge(namesake + between + broken)).toEqual(['allow|deny:', Gap.rejectedPolicy]);
  });

  test('does not matter where the same comes after it', () => {
    const between = document(
      'NetworkPolicy shop/b',
      '{ tier: t1, order: 2, types: [Ingress], ingress: [{ action: Allow }] }',
    );
    expect(judge(namesake + between + broken)).toEqual(['allow ~:', Gap.rejectedPolicy]);
  });
});

const ofNoTier = (selector: string) =>
  document(
    'GlobalNetworkPolicy g',
    `{ tier: ghost, types: [Ingress], selector: "${selector}", ingress: [] }`,
  );

describe('a tier without object, in calico mode', () => {
  test.each<readonly [name: string, selector: string, expected: readonly [string, number]]>([
    ['fails where its policy selects the endpoint', 'all()', ['failed', 0]],
    ['may fail where it may', "role == 'db'", ['allow|deny:', Gap.absentLabel]],
  ])('%s', (_name, selector, expected) => {
    const index = compiled(shop + ofNoTier(selector), 'calico');
    const between = connection(podOf(index, 'shop', 'w'), endOf(index, aggregate));
    expect(answered(index.evaluate(between, 'pending', 'strict'))).toEqual(expected);
  });
});

describe('an endpoint of which little is known', () => {
  test('has unknown profiles where its namespace is unknown', () => {
    const index = compiled(shop);
    const subject = endOf(index, { ...nothingKnown, namespace: null });
    const between = connection(podOf(index, 'shop', 'w'), subject);
    expect(answered(index.evaluate(between, 'pending', 'strict'))).toEqual([
      'allow|deny:',
      Gap.namespaceLabels,
    ]);
  });

  test('has unknown profiles too where a policy may let it in before', () => {
    const passing =
      document('Tier t0', '{ order: 5, defaultAction: Pass }') +
      document(
        'GlobalNetworkPolicy t0.g',
        "{ tier: t0, selector: role == 'db', types: [Ingress], ingress: [{ action: Allow }] }",
      );
    const index = compiled(shop + passing);
    const subject = endOf(index, { ...nothingKnown, namespace: null });
    const between = connection(podOf(index, 'shop', 'w'), subject);
    expect(answered(index.evaluate(between, 'pending', 'strict'))).toEqual([
      'allow|deny:',
      Gap.destLabels | Gap.namespaceLabels,
    ]);
  });

  test.each<readonly [direction: Facts['direction'], gap: number]>([
    ['ingress', Gap.destLabels],
    ['egress', Gap.sourceLabels],
  ])('may be selected for %s', (direction, gap) => {
    const index = compiled(
      shop +
        document('GlobalNetworkPolicy g', '{ selector: "a == \'b\'", types: [Ingress, Egress] }'),
    );
    const subject = endOf(index, nothingKnown);
    const other = podOf(index, 'shop', 'w');
    const between =
      direction === 'ingress'
        ? connection(other, subject)
        : connection(subject, other, { direction });
    expect(answered(index.evaluate(between, 'pending', 'strict'))).toEqual(['allow|deny:', gap]);
  });
});

describe('an address of two pods', () => {
  const twice = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.1 app=w']);

  test.each<readonly [name: string, yaml: string, expected: readonly [string, number]]>([
    ['has the profile of one of them', '', ['allow ~:', Gap.addressOwner]],
    [
      'may be selected as either',
      document('GlobalNetworkPolicy g', '{ selector: "app == \'p\'", types: [Ingress] }'),
      ['allow|deny:', Gap.addressOwner],
    ],
    [
      'may be selected as either, whatever was asked before',
      document(
        'GlobalNetworkPolicy f',
        '{ order: 1, selector: "app == \'x\'", types: [Ingress], ingress: [{ action: Allow }] }',
      ) + document('GlobalNetworkPolicy g', '{ selector: "app == \'p\'", types: [Ingress] }'),
      ['allow|deny:', Gap.addressOwner],
    ],
  ])('%s', (_name, yaml, expected) => {
    const index = compiled(twice + yaml);
    const end = index.ofAddress(ip('10.0.0.1'));
    expect(answered(index.evaluate(connection(end, end), 'pending', 'strict'))).toEqual(expected);
  });
});

test('what may select each of two pods at one address is not certain to select either', () => {
  const [, ...pods] = cluster('ghost', ['p 10.0.0.1 app=p', 'w 10.0.0.1 app=w']).split(/^(?=---)/m);
  const policy = document(
    'GlobalNetworkPolicy g',
    '{ namespaceSelector: "env == \'dev\'", types: [Ingress] }',
  );
  const index = compiled(pods.join('') + policy);
  const end = index.ofAddress(ip('10.0.0.1'));
  expect(answered(index.evaluate(connection(end, end), 'pending', 'strict'))).toEqual([
    'allow|deny:',
    Gap.namespaceLabels | Gap.addressOwner,
  ]);
});

describe('profiles', () => {
  const yaml =
    document(
      'WorkloadEndpoint shop/e',
      `{ pod: e, interfaceName: cali1, ipNetworks: [10.0.0.1/32], profiles: [one, two] }`,
    ) +
    document(
      'Profile one',
      '{ ingress: [{ action: Log }, { action: Deny, protocol: UDP }], egress: [{ action: Deny }] }',
    ) +
    document(
      'Profile two',
      '{ ingress: [{ action: Allow, protocol: TCP, destination: { ports: [80] } }] }',
    );

  test.each<readonly [name: string, numbers: Partial<Facts>, expected: readonly [string, number]]>([
    ['the first decides', { protocol: 17 }, ['deny: 0|__PROFILE__|pro:one|deny|1', 0]],
    [
      'the next is asked where none of its rules does',
      {},
      ['allow: 0|__PROFILE__|pro:two|allow|0', 0],
    ],
    ['they are used up without a hit', { destPort: 81 }, ['deny:', 0]],
    ['a rule may match', { destPort: -1 }, ['allow|deny:', Gap.destPort]],
    [
      'each direction has its own rules',
      { direction: 'egress' },
      ['deny: 0|__PROFILE__|pro:one|deny|0', 0],
    ],
  ])('%s', (_name, numbers, expected) => {
    const index = compiled(yaml);
    const end = podOf(index, 'shop', 'e');
    const between = connection(end, end, numbers);
    expect(answered(index.evaluate(between, 'pending', 'strict'))).toEqual(expected);
  });
});

describe('evaluate', () => {
  test('says that a decision is one', () => {
    const index = compiled(shop);
    const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    expect(index.evaluate(between, 'pending', 'strict').status).toBe('decided');
  });

  test.each<readonly [name: string, direction: Facts['direction']]>([
    ['destination', 'egress'],
    ['source', 'ingress'],
  ])('takes no %s of another index', (name, direction) => {
    const index = compiled(shop);
    const own = podOf(index, 'shop', 'p');
    const foreign = podOf(compiled(shop), 'shop', 'p');
    const between =
      direction === 'egress'
        ? connection(own, foreign, { direction })
        : connection(foreign, own, { direction });
    expect(() => index.evaluate(between, 'pending', 'strict')).toThrow(`a foreign ${name}`);
  });
});
