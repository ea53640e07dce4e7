import { expect, test } from 'vitest';
import { createWriter } from '../../src/flow/create-writer.ts';
import type { OutputFormat } from '../../src/flow/create-writer.ts';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { limits } from '../../src/stage/limits.ts';
import { whisker } from './dialects/support/whisker-record.ts';
import { aProcessor } from '../stage/support/processing.ts';

/** The record as the stage writes it. */
function written(format: OutputFormat): Buffer {
  const processor = aProcessor({
    writer: createWriter(format, { member: 'evaluation', limits }),
  });
  const decision = processor.decide(Buffer.from(JSON.stringify(whisker)), 'flows');
  if (!('enrichment' in decision)) throw new Error(decision.message);
  return processor.write(decision, new Arena(new SlabPool()));
}

test('`output.format` is what is written', () => {
  const { source_name, policies } = whisker;
  const pending = [{ action: 'Deny' }];
  expect(JSON.parse(String(written('preserve')))).toMatchObject({
    ...whisker,
    policies: { ...policies, pending },
  });
  const canonical = { source_name, packets_in: 4, policies: { pending, pending_upstream: null } };
  expect(JSON.parse(String(written('canonical-json')))).toMatchObject(canonical);
  expect(avscType(canonicalSchema).fromBuffer(written('canonical-avro'))).toMatchObject({
    source_name,
    dest_name: 'pvt',
    packets_in: 4n,
    policies: { pending, pending_upstream: null },
  });
});
