import { createHash } from 'node:crypto';
import { Splicer } from '../../../src/flow/dialects/splicer.ts';
import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { Arena, SlabPool } from '../../../src/stage/arena.ts';
import { limits } from '../../../src/stage/limits.ts';
import type { Limits } from '../../../src/stage/limits.ts';
import { RecordProcessor } from '../../../src/stage/processor.ts';
import type { ProcessorOptions } from '../../../src/stage/processor.ts';
import { aHit, anEvaluation, strict } from './evaluations.ts';

export const maker = {
  policySet: 'main',
  policyHash: '0123456789abcdef',
  evaluator: 'rehearsal/0.1.0',
};

/** A judge whose answer is another for every other flow, whatever field differs, but for its times. */
export function judgeByAll(flow: Flow): FlowEvaluation {
  const timeless = { ...flow, startMs: null, endMs: null };
  const text = JSON.stringify(timeless, (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  const name = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const hit = aHit({ policy: { ...strict, name } });
  return anEvaluation({ pending: [hit], decidedBy: hit, flippedBy: [], solos: [] });
}

export interface ProcessingOptions extends Partial<Omit<ProcessorOptions, 'limits'>> {
  readonly limits?: Partial<Limits>;
  readonly judge?: (flow: Flow) => FlowEvaluation;
}

export function aProcessor(options: ProcessingOptions = {}): RecordProcessor {
  const { judge = judgeByAll, limits: bounds, ...others } = options;
  return new RecordProcessor(judge, {
    maker,
    timeClassOf: () => 0,
    format: 'auto',
    member: 'evaluation',
    writer: new Splicer(),
    cells: null,
    limits: { ...limits, ...bounds },
    ...others,
  });
}

/** The record as it leaves, or why it does not. */
export function processed(processor: RecordProcessor, record: string): string {
  const decision = processor.decide(Buffer.from(record), 'flows');
  if (decision.status !== 'decided') return decision.reason;
  const arena = new Arena(pool);
  const text = processor.write(decision, arena).toString();
  arena.release();
  return text;
}

const pool = new SlabPool();
