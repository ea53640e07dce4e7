import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeResources } from '../../../src/policy/resources/decode.ts';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { ruleText } from './decoding.ts';

test('the sample policies of the staging guide', () => {
  const folder = new URL('../../../examples/staging-guide/policies/', import.meta.url);
  const files = readdirSync(folder).map((file) =>
    readDocuments(readFileSync(new URL(file, folder), 'utf8'), file),
  );
  expect(files.flatMap(({ problems }) => problems)).toEqual([]);
  const { policies, problems } = decodeResources(
    files.flatMap(({ documents }) => documents),
    { mode: 'enforcement' },
  );
  expect(problems).toEqual([]);
  const shown = policies.map((policy) => ({
    kind: policy.kind,
    name: `${policy.namespace}/${policy.name}`,
    selector: formatSelector(policy.selector),
    ingress: policy.ingressRules.map(ruleText),
    egress: policy.egressRules.map(ruleText),
  }));
  const own = 'projectcalico.org/namespace == "default"';
  const k8s = 'projectcalico.org/orchestrator == "k8s"';
  const redis = { name: 'default/default.allow-tcp-6379', egress: ['allow'] };
  expect(shown).toEqual([
    {
      ...redis,
      kind: 'StagedGlobalNetworkPolicy',
      name: '/default.allow-tcp-6379',
      selector: 'role == "database"',
      ingress: ['allow protocol 6 from {role == "frontend"} to :6379'],
    },
    {
      kind: 'StagedKubernetesNetworkPolicy',
      name: 'default/test-network-policy',
      selector: `((${k8s} && role == "db") && ${own})`,
      ingress: [
        'allow protocol 6 from 172.17.0.0/16 not 172.17.1.0/24 to :6379',
        `allow protocol 6 from {(pcns.project == "myproject" && ${k8s})} to :6379`,
        `allow protocol 6 from {(${own} && (${k8s} && role == "frontend"))} to :6379`,
      ],
      egress: ['allow protocol 6 to 10.0.0.0/24 :5978'],
    },
    {
      ...redis,
      kind: 'StagedNetworkPolicy',
      selector: `(role == "database" && ${own})`,
      ingress: [`allow protocol 6 from {(${own} && role == "frontend")} to :6379`],
    },
  ]);
  expect(policies.every(({ ingress, egress }) => ingress && egress)).toBe(true);
});
