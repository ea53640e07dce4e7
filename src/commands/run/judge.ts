import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import { createWriter } from '../../flow/create-writer.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import type { FlowEvaluation } from '../../flow/evaluation.ts';
import type { Flow } from '../../flow/flow.ts';
import { judge } from '../../flow/judge.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { portClassesOf } from '../../policy/index/port-classes.ts';
import { timeClassesOf } from '../../policy/index/time-classes.ts';
import { createBatchJudge } from '../../stage/batch.ts';
import type { Cells } from '../../stage/cells.ts';
import type { BatchJudge } from '../../stage/ports.ts';
import type { Framing } from '../../stage/records/output-records.ts';
import type { FlowJudge } from '../../stage/decider.ts';
import { RecordProcessor } from '../../stage/processor.ts';
import type { Config } from '../config/schema.ts';

export interface JudgeOptions {
  readonly version: string;
  /** `null` = nobody counts. */
  readonly cells: Cells | null;
  /** `input.schemaFile`. */
  readonly bareSchema?: AvroSchema | null;
  /** One that judges share; otherwise one of its own. */
  readonly writer?: RecordWriter;
  /** How outputs are laid out: as Kafka does unless it is said. */
  readonly framing?: Framing;
  /** Leave out the outputs for which nothing would change. */
  readonly isChangedOnly?: boolean;
  /** Told of each flow that is judged, but not again of one that is like another before it. */
  readonly observe?: (flow: Flow, evaluation: FlowEvaluation) => void;
}

/** Judges batches by one set of policies, as the configuration wants them read and written. */
export function createJudge(index: PolicyIndex, config: Config, options: JudgeOptions): BatchJudge {
  const { version, cells, bareSchema = null, writer = createWriterFor(config), observe } = options;
  const { framing = 'records', isChangedOnly = false } = options;
  const { input, output, policies, limits } = config;
  const maker = {
    policySet: policies.set,
    policyHash: index.policyHash,
    evaluator: `rehearsal/${version}`,
  };
  const judgeFlow: FlowJudge = (flow, recalled) => {
    const evaluation = judge(index, flow, recalled);
    observe?.(flow, evaluation);
    return evaluation;
  };
  const processor = new RecordProcessor(judgeFlow, {
    maker,
    timeClassOf: timeClassesOf(index.tables),
    // Who is told of flows is told of every port.
    portClasses: observe === undefined ? portClassesOf(index.tables) : null,
    format: input.format,
    bareSchema,
    member: output.member,
    writer,
    limits,
    cells,
  });
  return createBatchJudge(processor, {
    maker,
    limits,
    unwrap: input.unwrap ?? null,
    contentType: contentTypes[output.format],
    framing,
    isChangedOnly,
  });
}

/** @throws CodedError `flow/member-reserved` */
export function createWriterFor({ output, limits }: Config): RecordWriter {
  return createWriter(output.format, { member: output.member, limits });
}

/** Of what is converted; what is preserved is what it was. */
const contentTypes = {
  preserve: null,
  'canonical-json': 'application/json',
  'canonical-avro': 'application/avro',
} as const satisfies Record<Config['output']['format'], string | null>;
