import { expect, test } from 'vitest';
import { compile, readResources } from '../../src/index.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Flow, FlowEnd } from '../../src/flow/flow.ts';

const policiesCount = 300;
const judgedAlone = 256;

const policies = Array.from({ length: policiesCount }, (_, number) => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'StagedGlobalNetworkPolicy',
  metadata: { name: `deny-${String(number).padStart(3, '0')}` },
  spec: { types: ['Ingress'], ingress: [{ action: 'Deny' }] },
}));

const web: FlowEnd = {
  type: 'workload',
  namespace: 'shop',
  name: 'web-*',
  pod: null,
  labels: new Map([['app', 'web']]),
  addresses: [],
  addressesTruncated: false,
  port: null,
};

const flow: Flow = {
  reporter: 'dst',
  action: 'allow',
  protocol: 6,
  icmpType: null,
  icmpCode: null,
  source: web,
  destination: { ...web, port: 80 },
  destService: null,
  enforced: null,
  pendingUpstream: null,
  startMs: null,
  endMs: null,
};

test('beyond a number of staged policies a solo is undecided, never safe', () => {
  const list = JSON.stringify({ kind: 'List', apiVersion: 'v1', items: policies });
  const { index } = compile(readResources(list, 'policies.json').documents);
  if (index === null) throw new Error('the policies are invalid');
  const { solos, verdict } = judge(index, flow);
  expect(verdict).toBe('deny');
  expect(solos).toHaveLength(policiesCount);
  const [judged, others] = [solos.slice(0, judgedAlone), solos.slice(judgedAlone)];
  expect(judged.every((solo) => solo.verdict === 'deny')).toBe(true);
  expect(others.every((solo) => solo.verdict === null && solo.certainty === 'uncertain')).toBe(
    true,
  );
});
