import { describe, expect, test } from 'vitest';
import { deriveAvroSchema } from '../../src/flow/avro/avro-schema.ts';
import type { AvroSchema } from '../../src/flow/avro/avro-schema.ts';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { createBatchJudge } from '../../src/stage/batch.ts';
import { limits } from '../../src/stage/limits.ts';
import type { Header } from '../../src/stage/ports.ts';
import type { SchemaId, WriterSchemas } from '../../src/stage/writer-schemas.ts';
import { readOutputs, type ReadJudged } from './support/judging.ts';
import { aProcessor, maker } from './support/processing.ts';
import type { ProcessingOptions } from './support/processing.ts';

const type = avscType(canonicalSchema);
const schema = derived();
const guid = '7b0e5c1a-0d3f-4a59-9b62-0f2f7c3f9d11';

const datum = type.toBuffer({
  start_time: 1_787_000_000_000,
  reporter: 'Dst',
  action: 'Allow',
  protocol: 'tcp',
  source_name: 'cart-*',
  source_namespace: 'shop',
  dest_name: 'ledger-*',
  dest_namespace: 'shop',
  dest_port: 5432,
  policies: { enforced: [], pending: [], pending_upstream: null },
});
const json = Buffer.from(
  '{"protocol":"tcp","reporter":"Dst","action":"Allow","source_name":"cart-*","policies":{"enforced":[]}}',
);

/** A registry that knows one schema by number and GUID, and another that cannot be used. */
const registry: WriterSchemas<AvroSchema> = {
  find: (id: SchemaId) => {
    if (id === 7 || id === guid) return found;
    const reason = id === 8 ? 'schema_invalid' : 'schema_unknown';
    return { status: 'failed', reason, message: `schema ${id}`, limit: null };
  },
};
const found = { status: 'found', derived: schema, outputId: 300 } as const;

describe('a record that names its schema', () => {
  test('in front of its value leaves with the number of the output schema there', () => {
    const { outputs } = judged(framed(7), [], { registry });
    const value = Buffer.from(outputs[0]?.value ?? []);
    expect(value.subarray(0, 5).toString('hex')).toBe('000000012c');
    expect(evaluatorIn(value.subarray(5))).toBe('rehearsal/0.1.0');
    expect(namesOf(outputs[0]?.headers)).not.toContain('__value_schema_id');
  });

  test.each([
    ['a number', Buffer.from('0000000007', 'hex')],
    ['a GUID', Buffer.from(`01${guid.replaceAll('-', '')}`, 'hex')],
  ])('by %s in a header leaves with the number of the output schema in the header', (_, id) => {
    const { outputs } = judged(datum, [['__value_schema_id', id]], { registry });
    expect(evaluatorIn(Buffer.from(outputs[0]?.value ?? []))).toBe('rehearsal/0.1.0');
    const header = outputs[0]?.headers.filter(([name]) => name === '__value_schema_id');
    expect(header).toEqual([['__value_schema_id', Buffer.from('000000012c', 'hex')]]);
  });

  test('in both ways is judged alike, and remembered apart', () => {
    const processor = aProcessor();
    processor.schemas = registry;
    const id: Header = ['__value_schema_id', Buffer.from('0000000007', 'hex')];
    const one = processor.decide(framed(7), 'flows');
    const other = processor.decide(datum, 'flows', [id]);
    expect([one.status, other.status]).toEqual(['decided', 'decided']);
    expect(one).not.toBe(other);
    expect(processor.decide(framed(7), 'flows')).toBe(one);
  });

  test.each([
    ['is unknown', framed(9), [], registry, 'schema_unknown'],
    ['cannot be used', framed(8), [], registry, 'schema_invalid'],
    ['has no registry', framed(7), [], null, 'schema_unknown'],
    ['has no registry, by header', datum, [idHeader(7)], null, 'schema_unknown'],
    ['is cut short', framed(7).subarray(0, 20), [], registry, 'truncated'],
    ['is all there is', framed(7).subarray(0, 5), [], registry, 'truncated'],
  ] as const)('that %s is one dead letter', (_, value, headers, known, reason) => {
    const { deadLetters, outputs } = judged(value, headers, { registry: known });
    expect(outputs).toEqual([]);
    expect(deadLetters.map((letter) => letter.reason)).toEqual([reason]);
    expect(Buffer.from(deadLetters[0]?.record.value ?? [])).toEqual(Buffer.from(value));
  });

  test('without a registry says how to mend it', () => {
    const { deadLetters } = judged(framed(7), [], { registry: null });
    const message = deadLetters[0]?.record.headers.find(([name]) => name === 'error-message')?.[1];
    expect(String(message)).toContain('`registry.url`');
  });

  test('of JSON in a header is read as JSON', () => {
    for (const known of [registry, null]) {
      const { outputs } = judged(json, [idHeader(8)], { registry: known });
      expect(outputs).toHaveLength(1);
    }
  });

  test('is no Avro where another format is configured', () => {
    const { deadLetters } = judged(framed(7), [], { registry, format: 'whisker' });
    expect(deadLetters.map(({ reason }) => reason)).toEqual(['not_a_record']);
  });
});

describe('a record that names no schema', () => {
  test('is read by the one configured, and leaves bare', () => {
    const { outputs } = judged(datum, [], { registry: null, format: 'avro', bareSchema: schema });
    expect(evaluatorIn(Buffer.from(outputs[0]?.value ?? []))).toBe('rehearsal/0.1.0');
  });

  test('is a dead letter where all are Avro and the registry is asked', () => {
    const { deadLetters } = judged(Buffer.from('{}'), [], { registry, format: 'avro' });
    expect(deadLetters.map(({ reason }) => reason)).toEqual(['schema_unknown']);
  });
});

interface Judging extends Pick<ProcessingOptions, 'format' | 'bareSchema'> {
  readonly registry: WriterSchemas<AvroSchema> | null;
}

function judged(value: Uint8Array, headers: readonly Header[], options: Judging): ReadJudged {
  const { registry: known, ...reading } = options;
  const judge = createBatchJudge(aProcessor(reading), {
    maker,
    limits: { ...limits, produceRecords: 10_000, produceBytes: 950_000 },
    unwrap: null,
    contentType: null,
  });
  const record = { offset: 0, timestampMs: 0, key: null, value, headers };
  const batch = { topic: 'flows', partition: 0, highWatermark: 1, records: [record] };
  return readOutputs(judge(batch, 0, known));
}

function derived(): AvroSchema {
  const text = JSON.stringify(canonicalSchema);
  const result = deriveAvroSchema(text, { member: 'evaluation', schemaTypes: 1000 });
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

function framed(id: number): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, id]), datum]);
}

function idHeader(id: number): Header {
  return ['__value_schema_id', Buffer.from([0, 0, 0, 0, id])];
}

function namesOf(headers: readonly Header[] = []): readonly string[] {
  return headers.map(([name]) => name);
}

function evaluatorIn(value: Buffer): unknown {
  return (type.fromBuffer(value) as { evaluation: { evaluator: unknown } }).evaluation.evaluator;
}
