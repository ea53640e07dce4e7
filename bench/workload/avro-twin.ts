import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { CanonicalAvroWriter } from '../../src/flow/canonical/avro-writer.ts';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import { Arena, SlabPool } from '../../src/stage/arena.ts';
import { limits } from '../../src/stage/limits.ts';
import { RecordProcessor } from '../../src/stage/processor.ts';

/** Turns records into their twins in canonical Avro, with nothing of ours in them. */
export function avroTwins(): (json: Buffer) => Buffer {
  const maker = { policySet: '', policyHash: '', evaluator: '' };
  const member = 'evaluation';
  const processor = new RecordProcessor(() => nothing, {
    maker,
    timeClassOf: () => 0,
    format: 'auto',
    member,
    writer: new CanonicalAvroWriter({ member, limits }),
    limits,
    cells: null,
  });
  const type = avscType(canonicalSchema);
  const slabs = new SlabPool();
  return (json) => {
    const decision = processor.decide(json, '');
    if (decision.status !== 'decided') throw new Error(decision.message);
    const arena = new Arena(slabs);
    const record = type.fromBuffer(processor.write(decision, arena)) as object;
    arena.release();
    return type.toBuffer({ ...record, evaluation: null });
  };
}

const nothing: FlowEvaluation = {
  direction: null,
  pending: [],
  verdict: 'not-evaluated',
  baseline: null,
  enforcedVerdict: null,
  change: 'not-evaluated',
  decidedBy: null,
  possibleVerdicts: [],
  reasons: [],
  flipCause: '',
  flippedBy: [],
  matchesUpstream: null,
  certainty: 'uncertain',
  solos: [],
};
