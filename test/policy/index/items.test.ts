// Which labels and profiles an end has by its namespace and service account, with and without their objects.
import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { Gap } from '../../../src/policy/evaluator/facts.ts';
import type { LabelFacts } from '../../../src/policy/index/candidate.ts';
import { compiled, connection, document, ip, only, podOf, summary } from './compiled.ts';
import { isLetIn, letIn, shop } from './let-in.ts';

const modes: readonly PolicyMode[] = ['enforcement', 'calico'];

/** A pod whose service account has no object, nor has its namespace, unless that is `shop`. */
const pod = (path: string) => {
  const [namespace, name] = path.split('/');
  return `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace} }
spec: { nodeName: n1, serviceAccountName: api.v1, containers: [{ name: c }] }
status: { podIP: 10.0.5.1 }
`;
};
const open = (gap: number) => `open ${gap}`;

describe('a pod of the inventory', () => {
  test.each<readonly [selector: string, path: string, enforcement: string, calico: string]>([
    ["pcsa.projectcalico.org/name == 'api.v1'", 'shop/o', 'yes', 'no'],
    ["pcsa.team == 'a'", 'shop/o', open(Gap.serviceAccount), 'no'],
    ["pcns.projectcalico.org/name == 'ghost'", 'ghost/o', 'yes', 'no'],
    ["pcns.kubernetes.io/metadata.name == 'ghost'", 'ghost/o', 'yes', 'no'],
    ["pcns.team == 'a'", 'ghost/o', open(Gap.namespaceLabels), 'no'],
    ["team == 'a'", 'ghost/o', 'no', 'no'],
  ])('%s for %s', (selector, path, ...expected) => {
    const [namespace = '', name = ''] = path.split('/');
    const answers = modes.map((mode) => {
      const index = compiled(shop + pod(path) + letIn(`selector: "${selector}"`), mode);
      return isLetIn(index, podOf(index, namespace, name));
    });
    expect(answers).toEqual(expected);
  });

  test.each(['ingress', 'egress'] as const)(
    'is judged for %s by its namespace’s profile, which without object denies in calico mode',
    (direction) => {
      const answers = ['shop', 'ghost'].flatMap((namespace) =>
        modes.map((mode) => {
          const index = compiled(shop + pod(`${namespace}/o`), mode);
          const [own, other] = [podOf(index, namespace, 'o'), podOf(index, 'shop', 'w')];
          const between =
            direction === 'ingress'
              ? connection(other, own)
              : connection(own, other, { direction });
          return summary(index.evaluate(between, 'enforced', 'strict'));
        }),
      );
      expect(answers).toEqual([
        'allow: 0|__PROFILE__|pro:kns.shop|allow|0',
        'allow: 0|__PROFILE__|pro:kns.shop|allow|0',
        'allow: 0|__PROFILE__|pro:kns.ghost|allow|0',
        'deny: 0|__PROFILE__|pro:kns.ghost|deny|0',
      ]);
    },
  );
});

test('nobody is behind a service that has no namespace', () => {
  const index = compiled(shop + letIn('services: { name: ledger }'), 'calico');
  expect(isLetIn(index, podOf(index, 'shop', 'w'))).toBe('no');
});

test('a host has no labels of a profile that was not loaded', () => {
  const host = document(
    'HostEndpoint h',
    '{ node: n1, interfaceName: eth0, expectedIPs: [192.168.0.1], profiles: [kns.ghost] }',
  );
  const index = compiled(shop + host + letIn('selector: "pcns.team == \'a\'"'));
  expect(isLetIn(index, index.ofAddress(ip('192.168.0.1')))).toBe('no');
});

describe('an end in the words of a record', () => {
  const nothing: LabelFacts = {
    namespace: 'shop',
    labels: new Map(),
    isAggregate: false,
    isWorkload: true,
  };
  const account = new Map([['projectcalico.org/serviceaccount', 'api.v1']]);
  const spoofed = new Map([['pcns.env', 'dev']]);
  const set: Partial<LabelFacts> = { isWorkload: false };

  test.each<readonly [selector: string, words: Partial<LabelFacts>, expected: string]>([
    ["pcsa.projectcalico.org/name == 'api.v1'", { labels: account }, 'yes'],
    ["pcsa.projectcalico.org/name == 'api.v1'", { ...set, labels: account }, 'no'],
    ["pcns.env == 'dev'", { labels: spoofed }, 'no'],
    ["pcns.env == 'dev'", { ...set, labels: spoofed }, 'yes'],
    ['has(pod-template-hash)', {}, open(Gap.volatileLabel)],
    ['has(pod-template-hash)', { labels: null }, open(Gap.sourceLabels)],
    ['has(a)', { labels: null }, open(Gap.sourceLabels)],
    ['has(a)', { isAggregate: true }, open(Gap.absentLabel)],
    ["projectcalico.org/namespace == 'shop'", {}, 'yes'],
    ["projectcalico.org/namespace == 'shop'", { namespace: null }, open(Gap.sourceLabels)],
    ["projectcalico.org/namespace == 'shop'", { namespace: '', ...set }, 'no'],
    ['has(projectcalico.org/namespace)', { namespace: null }, 'yes'],
    ['has(projectcalico.org/namespace)', { namespace: null, ...set }, open(Gap.sourceLabels)],
    ['has(pcns.team)', { namespace: null }, open(Gap.namespaceLabels)],
    ['has(pcns.team)', {}, 'no'],
    ["projectcalico.org/orchestrator == 'k8s'", {}, 'yes'],
    ["projectcalico.org/orchestrator == 'k8s'", set, 'no'],
    ["projectcalico.org/orchestrator == 'k8s'", { ...set, namespace: '' }, open(Gap.sourceLabels)],
    ['has(projectcalico.org/serviceaccount)', {}, open(Gap.serviceAccount)],
    ['has(projectcalico.org/serviceaccount)', set, open(Gap.sourceLabels)],
    ['has(pcsa.team)', set, 'no'],
    ['has(projectcalico.org/other)', {}, open(Gap.sourceLabels)],
  ])('%#: %s', (selector, words, expected) => {
    const index = compiled(shop + letIn(`selector: "${selector}"`));
    const at = { kind: 'address', address: ip('10.7.1.1') } as const;
    const end = only(index.ofLabels({ ...nothing, ...words }, at));
    expect(isLetIn(index, end)).toBe(expected);
  });

  test.each([
    'pod-template-hash',
    'pod-template-generation',
    'controller-revision-hash',
    'controller-uid',
    'job-name',
    'statefulset.kubernetes.io/pod-name',
    'apps.kubernetes.io/pod-index',
    'batch.kubernetes.io/controller-uid',
    'batch.kubernetes.io/job-name',
    'batch.kubernetes.io/job-completion-index',
  ])('may have another `%s` than the record says', (key) => {
    const index = compiled(shop + letIn(`selector: has(${key})`));
    const at = { kind: 'address', address: ip('10.7.1.1') } as const;
    expect(isLetIn(index, only(index.ofLabels(nothing, at)))).toBe(open(Gap.volatileLabel));
  });

  test('is open for what is asked alone', () => {
    const other = document('GlobalNetworkPolicy other', '{ selector: has(pcns.team) }');
    const index = compiled(shop + other + letIn('selector: has(a)'));
    const at = { kind: 'address', address: ip('10.7.1.1') } as const;
    const end = only(index.ofLabels({ ...nothing, namespace: null, labels: null }, at));
    expect(isLetIn(index, end)).toBe(open(Gap.sourceLabels));
  });

  test.each<readonly [name: string, words: Partial<LabelFacts>, profile: string]>([
    ['though it has no object', { namespace: 'ghost' }, 'kns.ghost'],
    ['before that of its service account', { labels: account }, 'kns.shop'],
  ])('is let in by the profile of its namespace, %s', (_name, words, profile) => {
    const answers = modes.map((mode) => {
      const index = compiled(shop, mode);
      const at = { kind: 'address', address: ip('10.7.1.1') } as const;
      const end = only(index.ofLabels({ ...nothing, ...words }, at));
      const between = connection(podOf(index, 'shop', 'w'), end);
      return summary(index.evaluate(between, 'enforced', 'strict'));
    });
    const expected = `allow: 0|__PROFILE__|pro:${profile}|allow|0`;
    expect(answers).toEqual([expected, expected]);
  });
});
