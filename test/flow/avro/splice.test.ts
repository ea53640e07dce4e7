import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { evaluationMembers } from '../../../src/flow/encode-evaluation.ts';
import { encodeHit } from '../../../src/policy/hit-json.ts';
import { aHit, anEvaluation } from '../../stage/support/evaluations.ts';
import { expectToHold, seeds } from '../../support/property.ts';
import { derived, maker, nowMs, spliced } from './support/reading.ts';
import { valuesOf, writerSchemas } from './support/schemas.ts';

const hit = aHit({});
const evaluation = anEvaluation({ pending: [hit, hit], decidedBy: hit, flippedBy: [hit] });

const cases = writerSchemas.chain((schema) => fc.tuple(fc.constant(schema), valuesOf(schema)));

test.each(seeds)(
  'a spliced record is what avsc makes of it by decoding, changing and encoding it (%s)',
  (_, seed) => {
    const property = fc.property(cases, ([schema, value]) => {
      const bytes = avscType(schema).toBuffer(value);
      const { outputSchemaText } = derived(schema);
      const output = spliced(derived(schema), bytes, evaluation);
      expect(output).toEqual(changed(schema, JSON.parse(outputSchemaText), bytes));
    });
    expectToHold(property, { seed, numRuns: 150 });
  },
);

interface Decoded {
  policies: { pending: unknown[]; pending_upstream?: unknown } | null;
  evaluation: unknown;
}

function changed(schema: unknown, outputSchema: unknown, bytes: Buffer): Buffer {
  const writer = avscType(schema);
  const type = avscType(outputSchema);
  const record = type.fromBuffer(bytes, type.createResolver(writer)) as Decoded;
  const own = [hit, hit].map((one) => encodeHit(one, 'whisker'));
  const { policies } = record;
  if (policies === null) record.policies = { pending: own };
  else {
    const isUpstream = record.evaluation === null && policies.pending.length > 0;
    if (isUpstream && policies.pending_upstream === null)
      policies.pending_upstream = policies.pending;
    policies.pending = own;
  }
  record.evaluation = evaluationMembers(evaluation, maker, nowMs);
  return type.toBuffer(record);
}
