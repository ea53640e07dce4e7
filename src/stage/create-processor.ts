import { Splicer } from '../flow/dialects/splicer.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { DeadLetterReason } from '../flow/reasons.ts';
import { Arena, SlabPool } from './arena.ts';
import { limits } from './limits.ts';
import { RecordProcessor } from './processor.ts';
import type { FlowJudge, ProcessorOptions } from './processor.ts';

/** What becomes of one record. */
export type Processed =
  | {
      readonly status: 'judged';
      /** The record with its pending list and our member in it, every other byte as it came. */
      readonly value: Uint8Array;
      readonly evaluation: FlowEvaluation;
    }
  | {
      readonly status: 'dead-letter';
      readonly reason: DeadLetterReason;
      /** For a person; holds no part of the record. */
      readonly message: string;
    };

export interface Processor {
  process(bytes: Uint8Array): Processed;
}

/** Only what has no default must be given. */
export type CreateProcessorOptions = Pick<ProcessorOptions, 'maker' | 'timeClassOf'> &
  Partial<ProcessorOptions> & {
    /** What `evaluated_at` says, ms since 1970. */
    readonly evaluatedAtMs: number;
  };

/**
 * Judges records one by one by one set of policies (contract 7). Throws `CodedError` if `member` is the
 * name of a member that some dialect has.
 */
export function createProcessor(judge: FlowJudge, options: CreateProcessorOptions): Processor {
  const { evaluatedAtMs, ...others } = options;
  const defaults = { format: 'auto', member: 'evaluation', limits, cells: null } as const;
  const writer = new Splicer();
  const processor = new RecordProcessor(judge, { ...defaults, writer, ...others });
  processor.evaluatedAtMs = evaluatedAtMs;
  const arena = new Arena(new SlabPool());
  return {
    process(bytes) {
      const decision = processor.decide(bytes, '');
      if (decision.status === 'decided') {
        return {
          status: 'judged',
          value: processor.write(decision, arena),
          evaluation: decision.evaluation,
        };
      }
      return { status: 'dead-letter', reason: decision.reason, message: decision.message };
    },
  };
}
