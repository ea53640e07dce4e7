import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import type { Region } from '../../../src/policy/index/candidate.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { cluster, compiled, connection, document, ip, only, podOf, summary } from './compiled.ts';
import { isLetIn, letIn, pool, shop } from './let-in.ts';

const openBecause = (gap: number) => `open ${gap}`;

const set28 = document('GlobalNetworkSet s', '{ nets: [10.0.0.0/28] }', ', labels: { in: s }');

/** Whether an address is let in, strictly and by assumption. */
function bothAnswers(index: PolicyIndex, address: string): string[] {
  const end = index.ofAddress(ip(address));
  return [isLetIn(index, end), isLetIn(index, end, 'assuming')];
}

describe('an address that nobody owns', () => {
  const rule = letIn("selector: app == 'w'");
  const address = ip('10.9.9.9');

  test.each<
    readonly [name: string, yaml: string, mode: PolicyMode, strict: string, assuming: string]
  >([
    ['is outside in calico mode', shop + rule, 'calico', 'no', 'no'],
    [
      'is unknown within a pool',
      shop + pool('10.0.0.0/8') + rule,
      'enforcement',
      openBecause(Gap.addressOwner),
      openBecause(Gap.addressOwner),
    ],
    [
      'is outside where no pool covers it',
      shop + pool('10.0.0.0/24') + rule,
      'enforcement',
      'no',
      'no',
    ],
    [
      'is outside by assumption without pools',
      shop + rule,
      'enforcement',
      openBecause(Gap.addressOwnerAssumed),
      'no',
    ],
  ])('%s', (_name, yaml, mode, strict, assuming) => {
    const index = compiled(yaml, mode);
    const end = index.ofAddress(address);
    expect([isLetIn(index, end), isLetIn(index, end, 'assuming')]).toEqual([strict, assuming]);
    expect(end.isWorkload).toBe(false);
    expect(end.hasAssumptions).toBe(strict !== assuming);
  });

  test('is unknown where no pods were loaded', () => {
    const index = compiled(document('GlobalNetworkPolicy g', '{ ingress: [{ action: Allow }] }'));
    const end = index.ofAddress(address);
    expect(index.podsLoaded).toBe(false);
    expect(end.hasAssumptions).toBe(true);
  });

  test('can be no host, and no namespace’s that a rule rules out', () => {
    const index = compiled(shop + pool('10.0.0.0/8') + letIn('namespaceSelector: global()'));
    expect(isLetIn(index, index.ofAddress(address))).toBe('no');
  });
});

describe('longer prefixes of network sets', () => {
  test('are assumed not to be found, as in the checker, nor pods within them', () => {
    const index = compiled(
      shop + pool('10.0.0.0/8') + set28 + letIn("selector: in == 's' || app == 'w'"),
    );
    expect(bothAnswers(index, '10.0.0.2')).toEqual([openBecause(Gap.addressOwnerAssumed), 'no']);
  });

  test('hide no pod that the selector finds without them', () => {
    const index = compiled(shop + pool('10.0.0.0/8') + set28 + letIn("selector: app == 'w'"));
    expect(bothAnswers(index, '10.0.0.2')).toEqual(['yes', 'yes']);
  });

  test('are found within a wider one', () => {
    const wide = document('GlobalNetworkSet t', '{ nets: [10.0.0.0/24] }', ', labels: { in: s }');
    const index = compiled(shop + pool('10.0.0.0/8') + set28 + wide + letIn("selector: in == 's'"));
    expect(bothAnswers(index, '10.0.0.2')).toEqual(['yes', 'yes']);
  });

  const found = ['yes', 'yes'];
  const missed = [openBecause(Gap.addressOwnerAssumed), 'no'];

  test.each<readonly [nets: string, address: string, expected: readonly string[]]>([
    ['10.0.0.8/29', '10.0.0.9', missed],
    ['10.0.0.0/25', '10.0.0.9', missed],
    ['10.0.0.0/24', '10.0.0.9', found],
    ['10.0.0.9/32', '10.0.0.9', found],
    ['10.0.0.0/24, 10.0.0.8/29', '10.0.0.9', found],
    ['10.0.0.9/32, 10.0.0.8/29', '10.0.0.9', missed],
    ['"fd00::/124"', 'fd00::9', missed],
    ['"fd00::/120"', 'fd00::9', found],
    ['"fd00::/64"', 'fd00::9', found],
    ['"fd00::9/128"', 'fd00::9', found],
  ])('%s for %s', (nets, address, expected) => {
    const set = document('GlobalNetworkSet s', `{ nets: [${nets}] }`, ', labels: { in: s }');
    const both = cluster('v6', ['p 10.0.1.1 app=p', 'q fd00:1::1 app=p']);
    const index = compiled(both + pool('172.16.0.0/16') + set + letIn("selector: in == 's'"));
    const end = index.ofAddress(ip(address));
    const subject = podOf(index, 'v6', address.includes(':') ? 'q' : 'p');
    const answers = (['strict', 'assuming'] as const).map((knowledge) => {
      const evaluation = index.evaluate(connection(end, subject), 'enforced', knowledge);
      if (evaluation.status === 'uncertain') return openBecause(evaluation.gaps);
      return summary(evaluation).startsWith('allow') ? 'yes' : 'no';
    });
    expect(answers).toEqual(expected);
  });

  test('are never found in calico mode', () => {
    const index = compiled(shop + set28 + letIn("selector: in == 's'"), 'calico');
    expect(bothAnswers(index, '10.0.0.3')).toEqual(['no', 'no']);
  });
});

describe('an address with an owner', () => {
  test('has the labels of all that own or contain it', () => {
    const index = compiled(
      shop +
        document('GlobalNetworkSet s', '{ nets: [10.0.0.0/16] }', ', labels: { bad: yes }') +
        letIn("selector: bad == 'yes'"),
    );
    expect(isLetIn(index, index.ofAddress(ip('10.0.0.2')))).toBe('yes');
  });

  test('is a workload with one set of policies, or may be one of several', () => {
    const twice = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.1 app=w']);
    const index = compiled(twice + letIn("selector: app == 'nobody'"));
    const end = index.ofAddress(ip('10.0.0.1'));
    expect(index.endpointsOwning(ip('10.0.0.1'))).toHaveLength(2);
    expect(summary(index.evaluate(connection(end, end), 'enforced', 'strict'))).toBe('allow|deny:');
  });

  test('is the same candidate every time, and shared by pods that nothing tells apart', () => {
    const index = compiled(cluster('shop', ['a 10.0.0.1 app=p', 'b 10.0.0.2 app=p']));
    expect(index.ofAddress(ip('10.0.0.1'))).toBe(index.ofAddress(ip('10.0.0.1')));
    expect(podOf(index, 'shop', 'a').id).toBe(podOf(index, 'shop', 'b').id);
  });

  test('is another candidate where a rule can tell its address apart', () => {
    const yaml = cluster('shop', ['p 10.0.0.1 app=p', 'b 10.0.0.2 app=p']);
    const index = compiled(yaml + letIn('nets: [10.0.0.2/32]'));
    const both = index.ofEndpoints([
      only(index.endpointsNamed('shop', 'p')),
      only(index.endpointsNamed('shop', 'b')),
    ]);
    expect(both).toHaveLength(2);
  });
});

test('a pod of a namespace without object has unknown labels of it, but for its name', () => {
  const [, ...orphan] = cluster('ghost', ['o 10.0.5.1 app=o']).split(/^(?=---)/m);
  const asked = (selector: string) => {
    const index = compiled(shop + orphan.join('') + letIn(`namespaceSelector: "${selector}"`));
    return isLetIn(index, podOf(index, 'ghost', 'o'));
  };
  expect(asked("env == 'prod'")).toBe(openBecause(Gap.namespaceLabels));
  expect(asked("projectcalico.org/name == 'ghost'")).toBe('yes');
});

test('an address may be in a global set where nothing but policies was loaded', () => {
  const rule = "namespaceSelector: global(), selector: a == 'b'";
  const policy = document(
    'GlobalNetworkPolicy g',
    `{ types: [Ingress], ingress: [{ action: Allow, source: { ${rule} } }] }`,
  );
  const facts = { namespace: 'shop', labels: new Map(), isAggregate: false, isWorkload: true };
  const answers = (yaml: string) => {
    const index = compiled(policy + yaml);
    const subject = only(index.ofLabels(facts, { kind: 'address', address: ip('10.7.1.1') }));
    const between = connection(index.ofAddress(ip('203.0.113.9')), subject);
    return (['strict', 'assuming'] as const).map((knowledge) =>
      summary(index.evaluate(between, 'enforced', knowledge)),
    );
  };
  const denied = 'deny: 0|default|gnp:g|deny|-1';
  expect(answers('')).toEqual(['allow|deny:', denied]);
  expect(answers(document('GlobalNetworkSet s', '{ nets: [198.51.100.0/24] }'))).toEqual([
    denied,
    denied,
  ]);
});

describe('ends at one address', () => {
  const address = ip('10.9.9.9');
  const at: Region = { kind: 'address', address };

  test('are other candidates where they are otherwise known', () => {
    const index = compiled(shop + letIn("selector: app == 'w'"));
    const words = { namespace: 'shop', isAggregate: false, isWorkload: false };
    const named = (app: string) =>
      only(index.ofLabels({ ...words, labels: new Map([['app', app]]) }, at));
    const ends = [index.ofAddress(address), only(index.ofRegion(at, null)), named('w'), named('x')];
    expect(ends.map((end) => isLetIn(index, end))).toEqual([
      openBecause(Gap.addressOwnerAssumed),
      'no',
      'yes',
      'no',
    ]);
    expect(new Set(ends.map(({ id }) => id)).size).toBe(4);
  });
});

const policyFrom = (i: number, source: string) =>
  document(
    `GlobalNetworkPolicy g${i}`,
    `{ order: ${i}, types: [Ingress], selector: "app == 'p'",
       ingress: [{ action: Allow, source: { ${source} } }] }`,
  );

describe('more than a word of columns', () => {
  const count = 70;
  const numbers = Array.from({ length: count }, (_, i) => i);
  test.each<readonly [name: string, source: (i: number) => string]>([
    ['selectors', (i) => `selector: "n == '${i}'"`],
    ['selectors with nets', (i) => `selector: "n == '${i}'", nets: [10.0.0.0/8]`],
  ])('%s', (_name, source) => {
    const index = compiled(shop + numbers.map((i) => policyFrom(i, source(i))).join(''));
    const words = { namespace: 'shop', isAggregate: false, isWorkload: true };
    const answers = numbers.map((i) => {
      const labels = new Map([['n', String(i)]]);
      const end = only(
        index.ofLabels({ ...words, labels }, { kind: 'address', address: ip('10.7.1.1') }),
      );
      const between = connection(end, podOf(index, 'shop', 'p'));
      return summary(index.evaluate(between, 'enforced', 'strict'));
    });
    expect(answers).toEqual(numbers.map((i) => `allow: 0|default|gnp:g${i}|allow|0`));
  });

  test('services of which nothing was loaded', () => {
    const services = numbers.map((i) => `services: { name: s${i}, namespace: bank }`);
    const others = services
      .slice(0, -1)
      .map((source, i) => policyFrom(i, source).replace("app == 'p'", "app == 'w'"));
    const index = compiled(shop + others.join('') + policyFrom(count, services.at(-1) ?? ''));
    const between = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    expect(summary(index.evaluate(between, 'enforced', 'strict'))).toBe('allow|deny:');
  });

  test('sets that the checker may not find', () => {
    const more = numbers.map((i) => policyFrom(i, `selector: "n == '${i}'"`)).join('');
    const index = compiled(
      shop + pool('10.0.0.0/8') + set28 + more + policyFrom(count, "selector: in == 's'"),
    );
    const between = connection(index.ofAddress(ip('10.0.0.2')), podOf(index, 'shop', 'p'));
    expect(index.evaluate(between, 'enforced', 'strict')).toMatchObject({
      status: 'uncertain',
      gaps: Gap.addressOwnerAssumed,
    });
    expect(index.evaluate(between, 'enforced', 'assuming')).toMatchObject({
      status: 'decided',
      verdict: 'deny',
    });
  });
});

describe('an end in the record’s own words', () => {
  const facts = {
    namespace: 'shop',
    labels: new Map([['app', 'w']]),
    isAggregate: false,
    isWorkload: true,
  };

  test('has its labels at any address of the region', () => {
    const index = compiled(shop + pool('10.0.0.0/8') + letIn("selector: app == 'w'"));
    const ends = index.ofLabels(facts, { kind: 'pools' });
    expect(ends.map((end) => isLetIn(index, end))).toEqual(['yes']);
  });

  test('is in the network sets of its address', () => {
    const index = compiled(
      shop +
        document('GlobalNetworkSet s', '{ nets: [10.7.0.0/16] }', ', labels: { bad: yes }') +
        letIn("selector: bad == 'yes'"),
    );
    const at = (address: string) =>
      isLetIn(index, only(index.ofLabels(facts, { kind: 'address', address: ip(address) })));
    expect([at('10.7.1.1'), at('10.8.1.1')]).toEqual(['yes', 'no']);
  });

  test('is the same candidate for the same words', () => {
    const index = compiled(shop);
    const region: Region = { kind: 'address', address: ip('10.7.1.1') };
    const again = { ...facts, labels: new Map(facts.labels) };
    expect(index.ofLabels(facts, region)).toEqual(index.ofLabels(again, region));
  });

  test('cannot set labels of its namespace', () => {
    const index = compiled(shop + letIn("namespaceSelector: env == 'dev'"));
    const spoofed = { ...facts, labels: new Map([['pcns.env', 'dev']]) };
    const end = only(index.ofLabels(spoofed, { kind: 'address', address: ip('10.7.1.1') }));
    expect(isLetIn(index, end)).toBe('no');
  });

  test('of a namespace without object has no known labels of it but the name', () => {
    const region: Region = { kind: 'address', address: ip('10.7.1.1') };
    const ghost = { ...facts, namespace: 'ghost' };
    const asked = (selector: string) => {
      const index = compiled(shop + letIn(`namespaceSelector: "${selector}"`));
      return isLetIn(index, only(index.ofLabels(ghost, region)));
    };
    expect(asked("env == 'prod'")).toBe(openBecause(Gap.namespaceLabels));
    expect(asked("projectcalico.org/name == 'ghost'")).toBe('yes');
    expect(asked("kubernetes.io/metadata.name == 'shop'")).toBe('no');
  });

  test('inherits the labels of its service account, where the record names one', () => {
    const account = `---
apiVersion: v1
kind: ServiceAccount
metadata: { name: api, namespace: shop, labels: { team: a } }
`;
    const index = compiled(shop + account + letIn("selector: pcsa.team == 'a'"));
    const inherited = (labels: readonly [string, string][]) => {
      const words = { ...facts, labels: new Map(labels) };
      const at = { kind: 'address', address: ip('10.7.1.1') } as const;
      return isLetIn(index, only(index.ofLabels(words, at)));
    };
    const key = 'projectcalico.org/serviceaccount';
    expect(inherited([[key, 'api']])).toBe('yes');
    expect(inherited([[key, 'other']])).toBe(openBecause(Gap.serviceAccount));
    expect(inherited([])).toBe(openBecause(Gap.serviceAccount));
  });

  test('may own any port by name', () => {
    const index = compiled(
      shop +
        document(
          'StagedGlobalNetworkPolicy g',
          `{ types: [Egress], selector: "app == 'w'",
             egress: [{ action: Allow, protocol: TCP, destination: { selector: "app == 'db'", ports: [sql] } }] }`,
        ),
    );
    const between = (labels: [string, string][]) => {
      const words = { ...facts, labels: new Map(labels) };
      const end = only(index.ofLabels(words, { kind: 'address', address: ip('10.7.1.1') }));
      const one = connection(podOf(index, 'shop', 'w'), end, { direction: 'egress' });
      return summary(index.evaluate(one, 'pending', 'strict'));
    };
    expect(between([['app', 'db']])).toBe('allow|deny:');
    expect(between([['app', 'web']])).toBe('deny: 0|default|sgnp:g|deny|-1');
  });
});
