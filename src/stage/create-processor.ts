import { deriveAvroSchema } from '../flow/avro/avro-schema.ts';
import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import { CanonicalAvroWriter } from '../flow/canonical/avro-writer.ts';
import { createWriter } from '../flow/create-writer.ts';
import type { OutputFormat } from '../flow/create-writer.ts';
import { Splicer } from '../flow/dialects/splicer.ts';
import type { RecordWriter } from '../flow/dialects/writer.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { DeadLetterReason } from '../flow/reasons.ts';
import { assert } from '../std/assert.ts';
import { CodedError } from '../std/coded-error.ts';
import { Arena, SlabPool } from './arena.ts';
import type { Decision } from './decision.ts';
import { limits } from './limits.ts';
import type { FlowJudge } from './decider.ts';
import { RecordProcessor } from './processor.ts';
import type { ProcessorOptions } from './processor.ts';

/** What becomes of one record. */
export type Processed =
  | {
      readonly status: 'judged';
      /** The record with its pending list and our member in it: every other byte as it came, or converted. */
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
  /** What outputs are written with, as JSON; `null` = they are JSON. */
  readonly outputSchema: string | null;
  process(bytes: Uint8Array): Processed;
}

/** Only what has no default must be given. */
export type CreateProcessorOptions = Pick<ProcessorOptions, 'maker' | 'timeClassOf'> &
  Partial<Omit<ProcessorOptions, 'writer' | 'bareSchema'>> & {
    /** What `evaluated_at` says, ms since 1970. */
    readonly evaluatedAtMs: number;
    /** JSON of the schema that all records are written with, in Avro and without anything in front. */
    readonly avroSchema?: string;
    /** `output.format`. */
    readonly outputFormat?: OutputFormat;
  };

/**
 * Judges records one by one by one set of policies (contract 7).
 * @throws CodedError `flow/member-reserved`; `flow/schema-invalid`
 */
export function createProcessor(judge: FlowJudge, options: CreateProcessorOptions): Processor {
  const { evaluatedAtMs, avroSchema, outputFormat = 'preserve', ...others } = options;
  const common = { member: 'evaluation', limits, ...others };
  const bareSchema = avroSchema === undefined ? null : schemaOf(avroSchema, common);
  const writer = createWriter(outputFormat, common);
  const defaults = { format: bareSchema === null ? 'auto' : 'avro', cells: null } as const;
  let latest: FlowEvaluation | null = null;
  const judgeFlow: FlowJudge = (flow, recalled) => (latest = judge(flow, recalled));
  const processor = new RecordProcessor(judgeFlow, { ...defaults, ...common, writer, bareSchema });
  /** A decision keeps of its evaluation only what is counted. */
  const evaluations = new WeakMap<Decision, FlowEvaluation>();
  processor.evaluatedAtMs = evaluatedAtMs;
  const arena = new Arena(new SlabPool());
  return {
    outputSchema: outputSchemaOf(writer, bareSchema),
    process(bytes) {
      const decision = processor.decide(bytes, '');
      if (decision.status === 'decided') {
        const evaluation = evaluations.get(decision) ?? latest;
        assert(evaluation !== null, 'a decision without an evaluation');
        evaluations.set(decision, evaluation);
        return { status: 'judged', value: processor.write(decision, arena), evaluation };
      }
      return { status: 'dead-letter', reason: decision.reason, message: decision.message };
    },
  };
}

function schemaOf(
  text: string,
  { member, limits: { schemaTypes } }: Pick<ProcessorOptions, 'member' | 'limits'>,
): AvroSchema {
  const schema = deriveAvroSchema(text, { member, schemaTypes });
  if (!('problem' in schema)) return schema;
  throw new CodedError('flow/schema-invalid', `the schema cannot be used: ${schema.problem}`);
}

function outputSchemaOf(writer: RecordWriter, schema: AvroSchema | null): string | null {
  if (writer instanceof CanonicalAvroWriter) return writer.schemaText;
  return writer instanceof Splicer ? (schema?.outputSchemaText ?? null) : null;
}
