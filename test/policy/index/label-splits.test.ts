import { describe, expect, test } from 'vitest';
import type { Facts, Knowledge } from '../../../src/policy/evaluator/facts.ts';
import type { LabelFacts } from '../../../src/policy/index/candidate.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { cluster, compiled, connection, document, ip, only, summary } from './compiled.ts';

/** The end of a record's words, at an address of its own. */
function told(index: PolicyIndex, facts: Partial<LabelFacts>, address = '10.0.0.1') {
  const unknown = { namespace: 'shop', labels: new Map(), isAggregate: false, isWorkload: true };
  return only(index.ofLabels({ ...unknown, ...facts }, { kind: 'address', address: ip(address) }));
}

/** Every pod's ingress, by these rules of one policy. */
function policy(rules: string, selector = 'all()'): string {
  return document(
    'GlobalNetworkPolicy g',
    `{ types: [Ingress], selector: "${selector}", ingress: [${rules}] }`,
  );
}

interface Case {
  readonly yaml: string;
  readonly source?: Partial<LabelFacts>;
  readonly destination?: Partial<LabelFacts>;
  readonly knowledge?: Knowledge;
}

/** What is said once one label is settled, for each of its values; what is said if there is none. */
function settled({ yaml, source = {}, destination = {}, knowledge = 'strict' }: Case) {
  const index = compiled(bank + yaml);
  const facts = connection(told(index, source), told(index, destination, '10.0.0.2'));
  const evaluation = index.evaluate(facts, 'enforced', knowledge);
  if (evaluation.status !== 'uncertain') return summary(evaluation);
  const branches = index.settleLabel(facts, evaluation.labelQuestion, knowledge);
  return (
    branches?.map((branch) => {
      const answer = index.evaluate(branch, 'enforced', knowledge);
      return answer.status === 'decided' ? answer.verdict : answer.status;
    }) ?? null
  );
}

/** With no pod at all sets that nobody knows of might hold any address. */
const bank = cluster('bank', ['p 10.5.0.1']);

const letIn = (source: string): string => `{ action: Allow, source: { ${source} } }`;
const keepOut = (side: string, account: string): string =>
  `{ action: Deny, ${side}: { selector: "projectcalico.org/serviceaccount == '${account}'" } }`;
const many = Array.from({ length: 64 }, (_, i) => `'v${i}'`).join(', ');

describe('a label that leaves a question open', () => {
  test.each<readonly [name: string, given: Case, expected: readonly string[] | null]>([
    [
      'is absent, is each text that is asked for, or another',
      { yaml: policy(letIn("selector: \"job-name in { 'a', 'b' }\"")) },
      ['deny', 'allow', 'allow', 'deny'],
    ],
    [
      'is settled for the end that a policy selects',
      { yaml: policy(letIn('nets: [10.9.0.0/16]'), "job-name == 'a'") },
      ['allow', 'deny', 'allow'],
    ],
    [
      'is settled for one of two ends alike',
      {
        yaml: policy(letIn("selector: job-name == 'a'"), "job-name == 'a'"),
        source: { labels: new Map([['x', 'y']]) },
        destination: { labels: new Map([['x', 'y']]) },
      },
      ['allow', 'uncertain', 'allow'],
    ],
    [
      'is settled for both ends where both have it of one namespace',
      { yaml: policy(letIn("namespaceSelector: tier == 'a'"), "pcns.tier == 'a'") },
      ['allow', 'allow', 'allow'],
    ],
    [
      'is settled for one end where the namespaces differ',
      {
        yaml: policy(letIn("namespaceSelector: tier == 'a'"), "pcns.tier == 'a'"),
        source: { namespace: 'other' },
      },
      ['allow', 'uncertain', 'allow'],
    ],
    [
      'is the account, where it may hand the label down',
      { yaml: policy(letIn('serviceAccounts: { selector: "role == \'a\'" }')) },
      ['uncertain', 'uncertain'],
    ],
    [
      'is the account, by a name that it hands down',
      { yaml: policy(letIn("selector: pcsa.projectcalico.org/name == 'api'")) },
      ['uncertain', 'allow', 'deny'],
    ],
    [
      'is there, if it is the namespace',
      {
        yaml: policy(letIn("selector: projectcalico.org/namespace == 'shop'")),
        source: { namespace: null },
      },
      ['allow', 'deny'],
    ],
    [
      'is left unknown where too many texts are asked for',
      { yaml: policy(letIn(`selector: "job-name in { ${many} }"`)) },
      null,
    ],
    [
      'is read as absent where that may be assumed',
      {
        yaml: policy(letIn('selector: has(app) && has(job-name)')),
        source: { isAggregate: true },
        knowledge: 'assuming',
      },
      ['deny'],
    ],
  ])('%s', (_name, given, expected) => {
    const found = settled(given);
    expect(typeof found === 'string' ? [found.split(':')[0]] : found).toEqual(expected);
  });

  test('is of two accounts where both are only tried out', () => {
    const role =
      `{ action: Allow, source: { selector: "pcsa.role == 'a'" }, ` +
      `destination: { selector: "pcsa.role != 'a'" } }`;
    const rules = [keepOut('source', 'api'), keepOut('destination', 'job'), role].join(', ');
    const index = compiled(bank + policy(rules));
    const branches = (at: Facts): readonly Facts[] => {
      const answer = index.evaluate(at, 'enforced', 'strict');
      if (answer.status !== 'uncertain') return [];
      return index.settleLabel(at, answer.labelQuestion, 'strict') ?? [];
    };
    const leaves = (at: Facts): readonly string[] => {
      const answer = index.evaluate(at, 'enforced', 'strict');
      return answer.status === 'decided' ? [answer.verdict] : branches(at).flatMap(leaves);
    };
    const facts = connection(told(index, {}), told(index, {}, '10.0.0.2'));
    const [strangers] = branches(branches(facts).at(-1) ?? facts).slice(-1);
    expect(new Set(leaves(strangers ?? facts))).toEqual(new Set(['allow', 'deny']));
  });
});
