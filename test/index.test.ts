import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, createProcessor, evaluate, readResources } from '../src/index.ts';
import type { Flow, FlowEnd, PolicyIndex } from '../src/index.ts';
import { VERSION } from '../src/std/version.ts';
import { goldmaneRecord, privateNetwork, workload } from './support/flow-record.ts';

const policy = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.db, namespace: default}
spec: {selector: role == 'database', types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'frontend'}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
`;

function indexOf(text: string): PolicyIndex {
  const { index, problems } = compile(readResources(text, 'a.yaml').documents);
  if (index === null) throw new Error(JSON.stringify(problems));
  return index;
}

const record = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=backend'),
  dest: { ...workload('role=database'), port: 6379 },
});

test('the version is that of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
});

describe('records', () => {
  const processor = createProcessor(indexOf(policy), { policySet: 'mine', evaluatedAtMs: 0 });

  test('one in, one out, with the evaluation in it', () => {
    const processed = processor.process(Buffer.from(record));
    expect(processed).toMatchObject({
      status: 'judged',
      evaluation: { direction: 'ingress', verdict: 'deny', change: 'newly-denied' },
    });
    const value = processed.status === 'judged' ? Buffer.from(processed.value).toString() : '';
    expect(JSON.parse(value)).toMatchObject({
      evaluation: {
        policy_set: 'mine',
        evaluated_at: '1970-01-01T00:00:00.000Z',
        evaluator: `rehearsal/${VERSION}`,
        change: 'NewlyDenied',
        would_deny: true,
      },
    });
  });

  test('what is no record has a reason', () => {
    expect(processor.process(Buffer.from('{}'))).toMatchObject({
      status: 'dead-letter',
      reason: 'unknown_format',
    });
  });
});

test('one flow in one scope', () => {
  const end: FlowEnd = {
    type: 'workload',
    namespace: 'default',
    name: 'a',
    pod: null,
    labels: new Map([['role', 'database']]),
    addresses: [],
    addressesTruncated: false,
    port: 6379,
  };
  const flow: Flow = {
    reporter: 'dst',
    action: null,
    protocol: 6,
    icmpType: null,
    icmpCode: null,
    source: { ...end, labels: new Map([['role', 'backend']]), port: null },
    destination: end,
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: null,
    endMs: null,
  };
  const index = indexOf(policy);
  expect(evaluate(index, flow, 'pending')).toMatchObject({ status: 'decided', verdict: 'deny' });
  expect(evaluate(index, flow, 'enforced')).toMatchObject({ status: 'decided', verdict: 'allow' });
});

describe('problems', () => {
  test('there is no index, and every one has its place', () => {
    const { documents } = readResources(policy.replace('Allow', 'Alow'), 'a.yaml');
    const { index, problems } = compile(documents);
    expect(index).toBeNull();
    expect(problems).toEqual([
      expect.objectContaining({
        severity: 'error',
        position: expect.objectContaining({ file: 'a.yaml', line: 4 }) as object,
        path: 'spec.ingress[0].action',
      }),
    ]);
  });

  test('a text that cannot be read is a problem too', () => {
    expect(readResources('a: [', 'a.yaml').problems).toHaveLength(1);
  });

  test('onInvalid: uncertain makes of them what nobody knows', () => {
    const { documents } = readResources(policy.replace('Allow', 'Alow'), 'a.yaml');
    const { index } = compile(documents, { onInvalid: 'uncertain' });
    if (index === null) throw new Error('refused');
    const processed = createProcessor(index, { evaluatedAtMs: 0 }).process(Buffer.from(record));
    expect(processed).toMatchObject({
      evaluation: {
        change: 'uncertain',
        reasons: expect.arrayContaining(['policy_rejected']) as object,
      },
    });
  });
});

test('a set without policies changes nothing', () => {
  const { index } = compile([]);
  if (index === null) throw new Error('refused');
  const other = goldmaneRecord({
    reporter: 'Dst',
    source: privateNetwork,
    dest: { ...workload('role=x'), port: 1 },
  });
  const processed = createProcessor(index, { evaluatedAtMs: 0 }).process(Buffer.from(other));
  expect(processed).toMatchObject({ status: 'judged', evaluation: { change: 'unchanged' } });
});
