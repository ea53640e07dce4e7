import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { judge } from '../../../src/flow/judge.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { timeClassesOf } from '../../../src/policy/index/time-classes.ts';
import { createProcessor } from '../../../src/stage/create-processor.ts';
import type { Processor } from '../../../src/stage/create-processor.ts';
import { limits } from '../../../src/stage/limits.ts';
import { maker } from '../../stage/support/processing.ts';
import { recordLines } from '../dialects/support/records.ts';
import { recordRows } from '../support/record-worlds.ts';

const modes = ['enforcement', 'calico'] as const;
/** Of the other the twins are those of its sister. */
const dialects = ['goldmane-go', 'whisker'] as const;
const cases = modes.flatMap((mode) => dialects.map((dialect) => ({ mode, dialect })));
const type = avscType(canonicalSchema);

/** Reads records of one world in JSON, makes Avro of them, reads Avro. */
interface Processors {
  readonly json: Processor;
  readonly toAvro: Processor;
  readonly avro: Processor;
}

function processorsOf(index: PolicyIndex): Processors {
  const options = {
    maker,
    timeClassOf: timeClassesOf(index.tables),
    evaluatedAtMs: 0,
    // Every record is judged.
    limits: { ...limits, memoBytes: 1 },
  };
  const create = (more: object) =>
    createProcessor((flow) => judge(index, flow), { ...options, ...more });
  return {
    json: create({}),
    toAvro: create({ outputFormat: 'canonical-avro' }),
    avro: create({ avroSchema: JSON.stringify(canonicalSchema) }),
  };
}

function judged(processor: Processor, bytes: Uint8Array) {
  const processed = processor.process(bytes);
  if (processed.status === 'dead-letter') throw new Error(processed.message);
  return processed;
}

/** The record as somebody else would write it in Avro: Calico's pending list in its place, nothing of ours. */
function twinOf(line: string, { toAvro }: Processors): Buffer {
  const ours = type.fromBuffer(Buffer.from(judged(toAvro, Buffer.from(line)).value)) as {
    readonly policies: { readonly pending_upstream: unknown };
  };
  const { pending_upstream: pending } = ours.policies;
  const policies = { ...ours.policies, pending: pending ?? [], pending_upstream: null };
  return type.toBuffer({ ...ours, policies, evaluation: null });
}

function hashOf(evaluations: readonly object[]): string {
  return createHash('sha256').update(JSON.stringify(evaluations)).digest('hex').slice(0, 16);
}

describe.each(cases)('$mode, $dialect', ({ mode, dialect }) => {
  test('every record of Calico has in Avro the evaluation that it has in JSON', () => {
    const lines = recordLines(dialect);
    const processors = new Map<PolicyIndex, Processors>();
    const pairs = recordRows(dialect, mode, 'all').map(({ line, index }) => {
      const text = lines[line - 1] ?? '';
      const known = processors.get(index) ?? processorsOf(index);
      processors.set(index, known);
      return {
        line,
        json: judged(known.json, Buffer.from(text)).evaluation,
        avro: judged(known.avro, twinOf(text, known)).evaluation,
      };
    });
    for (const { line, json, avro } of pairs) expect({ line, ...avro }).toEqual({ line, ...json });
    const hash = hashOf(pairs.map(({ avro }) => avro));
    expect(hash).toBe(hashOf(pairs.map(({ json }) => json)));
    expect(pairs.length).toBeGreaterThan(1000);
    console.info(`${mode}, ${dialect}: ${pairs.length} records, evaluations ${hash}`);
  });
});
