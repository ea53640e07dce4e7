import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, createProcessor, evaluate, readResources } from '../src/index.ts';
import type { Flow, FlowEnd, PolicyIndex, Processor } from '../src/index.ts';
import { VERSION } from '../src/std/version.ts';
import { databasePolicy } from './support/database-policy.ts';
import { goldmaneRecord, privateNetwork, workload } from './support/flow-record.ts';

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

function judgedBy(processor: Processor, bytes: Uint8Array) {
  const processed = processor.process(bytes);
  if (processed.status === 'dead-letter') throw new Error(processed.message);
  return processed;
}

test('the version is that of the package', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
});

describe('records', () => {
  const processor = createProcessor(indexOf(databasePolicy), {
    policySet: 'mine',
    evaluatedAtMs: 0,
  });

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

  test('in Avro, by their schema, are judged as in JSON, whatever they become', () => {
    const options = { policySet: 'mine', evaluatedAtMs: 0 };
    const index = indexOf(databasePolicy);
    const toAvro = createProcessor(index, { ...options, outputFormat: 'canonical-avro' });
    const first = judgedBy(toAvro, Buffer.from(record));
    const avroSchema = toAvro.outputSchema ?? '';
    expect(JSON.parse(avroSchema)).toMatchObject({ type: 'record', name: 'FlowRecord' });
    const avro = createProcessor(index, { ...options, avroSchema });
    expect(avro.outputSchema).toBe(avroSchema);
    expect(judgedBy(avro, first.value)).toEqual(first);
    const toJson = createProcessor(index, {
      ...options,
      avroSchema,
      outputFormat: 'canonical-json',
    });
    expect(toJson.outputSchema).toBeNull();
    const { value, evaluation } = judgedBy(toJson, first.value);
    expect(evaluation).toEqual(first.evaluation);
    expect(JSON.parse(Buffer.from(value).toString())).toMatchObject({
      dest_port: 6379,
      evaluation: { change: 'NewlyDenied' },
    });
  });

  test.each([
    ['no schema', '{'],
    ['of something else', '{"type":"record","name":"Small","fields":[]}'],
  ])('with a schema that is %s there is no processor', (_, avroSchema) => {
    expect(() =>
      createProcessor(indexOf(databasePolicy), { evaluatedAtMs: 0, avroSchema }),
    ).toThrow(expect.objectContaining({ code: 'flow/schema-invalid' }));
  });

  test('what is no record has a reason', () => {
    expect(processor.process(Buffer.from('{}'))).toMatchObject({
      status: 'dead-letter',
      reason: 'unknown_format',
    });
  });
});

test('the example in the README prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = '', printed] = /```ts\n(import .*?)```\nprints `(.*?)`/s.exec(readme) ?? [];
  const index = new URL('../src/index.ts', import.meta.url).href;
  const program = code.replace("'rehearsal'", `'${index}'`);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript'], {
    input: program,
    encoding: 'utf8',
  });
  expect([stdout.trim(), stderr]).toEqual([printed, '']);
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
  const index = indexOf(databasePolicy);
  expect(evaluate(index, flow, 'pending')).toMatchObject({ status: 'decided', verdict: 'deny' });
  expect(evaluate(index, flow, 'enforced')).toMatchObject({ status: 'decided', verdict: 'allow' });
});

describe('problems', () => {
  test('there is no index, and every one has its place', () => {
    const { documents } = readResources(databasePolicy.replace('Allow', 'Alow'), 'a.yaml');
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
    const { documents } = readResources(databasePolicy.replace('Allow', 'Alow'), 'a.yaml');
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
