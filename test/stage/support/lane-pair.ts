import * as fc from 'fast-check';
import { expect, vi } from 'vitest';
import type { AvroSchema } from '../../../src/flow/avro/avro-schema.ts';
import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { createBatchJudge } from '../../../src/stage/batch.ts';
import type { BatchJudgeOptions } from '../../../src/stage/batch.ts';
import { limits } from '../../../src/stage/limits.ts';
import type { Limits } from '../../../src/stage/limits.ts';
import type { BatchJudge, InputRecord, JudgedBatch } from '../../../src/stage/ports.ts';
import type { ChunkLimits } from '../../../src/stage/records/output-records.ts';
import type { WriterSchemas } from '../../../src/stage/writer-schemas.ts';
import { aRecord, asFetched, batchOf, toldOf } from './judging.ts';
import { aProcessor, judgeByAll, maker } from './processing.ts';
import type { ProcessingOptions } from './processing.ts';

export const noon = Date.UTC(2026, 10, 21, 12);
export const laneBounds = {
  ...limits,
  memoBytes: 8 * 1024 * 1024,
  produceRecords: 1000,
  produceBytes: 100_000,
};

export interface LanePair {
  /** What the same records become which way; that must not be seen. */
  readonly both: (
    records: readonly InputRecord[],
    schemas?: WriterSchemas<AvroSchema> | null,
  ) => readonly [LaneTold, LaneTold];
  /** How many records the lane left to the host. */
  readonly left: () => number;
}

export type LaneTold = ReturnType<typeof told>;

/** By the hour. */
export const timeClassOf = (ms: number | null): number =>
  ms === null ? 0 : 1 + Math.floor(ms / 3_600_000);

/** Of about half of the flows nothing changes. */
export function judgeOfBoth(flow: Flow): FlowEvaluation {
  const evaluation = judgeByAll(flow);
  const isEven = /[02468ace]$/.test(evaluation.decidedBy?.policy.name ?? '');
  return isEven ? { ...evaluation, change: 'unchanged' } : evaluation;
}

export type How = Pick<BatchJudgeOptions, 'framing' | 'isChangedOnly'> &
  Pick<ProcessingOptions, 'format' | 'bareSchema' | 'judge' | 'portClasses'>;

/** Two judges of the same mind: one is given batches as they are fetched, the other record by record. */
export function lanePair(changed: Partial<Limits & ChunkLimits> = {}, how: How = {}): LanePair {
  const given = { ...laneBounds, ...changed };
  const { framing = 'records', isChangedOnly = false, ...processing } = how;
  const judgeOf = (): { judge: BatchJudge; left: () => number } => {
    const processor = aProcessor({
      limits: given,
      timeClassOf,
      judge: judgeOfBoth,
      ...processing,
    });
    const decide = vi.spyOn(processor, 'decide');
    const written = { framing, isChangedOnly, unwrap: null, contentType: null };
    const options = { maker, limits: given, ...written };
    return { judge: createBatchJudge(processor, options), left: () => decide.mock.calls.length };
  };
  const [fast, plain] = [judgeOf(), judgeOf()];
  return {
    left: fast.left,
    both: (records, schemas = null) => {
      const fetched = asFetched(records);
      if (fetched === null) throw new Error('records that cannot lie in a batch');
      return [
        told(fast.judge(batchOf(fetched), noon, schemas)),
        told(plain.judge(batchOf(records), noon, schemas)),
      ];
    },
  };
}

function told({ outputs, deadLetters, tally }: JudgedBatch) {
  const written = outputs.chunks().map(({ bytes, ...rest }) => ({
    ...rest,
    bytes: bytes.toString('latin1'),
  }));
  return { written, deadLetters, tally: toldOf(tally) };
}

export function recordsOf(values: readonly (Buffer | null)[]): InputRecord[] {
  return values.map((value, offset) => aRecord({ offset, value }));
}

/** A known record that is cut anywhere, whatever comes next, is the same to both. */
export function expectCutsAlike({ both }: LanePair, record: Buffer): void {
  both(recordsOf([record]));
  fc.assert(
    fc.property(fc.array(fc.nat(record.length), { minLength: 1, maxLength: 20 }), (cuts) => {
      const values = cuts.flatMap((cut) => [record.subarray(0, cut), record.subarray(cut), record]);
      const [lane, host] = both(recordsOf(values));
      expect(lane).toEqual(host);
    }),
    { numRuns: 50 },
  );
}
