import type { OutputFormat } from './flow/create-writer.ts';
import type { DialectName } from './flow/dialects/dialect.ts';
import { evaluate } from './flow/evaluate.ts';
import type { Evaluation } from './flow/evaluate.ts';
import type { FlowEvaluation } from './flow/evaluation.ts';
import type { Flow, FlowEnd } from './flow/flow.ts';
import { judge } from './flow/judge.ts';
import type { PolicyMode, Verdict } from './policy/actions.ts';
import type { PolicyScope } from './policy/evaluator/facts.ts';
import type { PolicyHit, PolicyRef } from './policy/hit.ts';
import { compileIndex } from './policy/index/compile.ts';
import type { PolicyIndex } from './policy/index/policy-index.ts';
import { portClassesOf } from './policy/index/port-classes.ts';
import { timeClassesOf } from './policy/index/time-classes.ts';
import { hashPolicies } from './policy/resources/canonical.ts';
import { decodeResources } from './policy/resources/decode.ts';
import { readDocuments } from './policy/resources/documents.ts';
import type { FileContent } from './policy/resources/documents.ts';
import type { Position, Problem } from './policy/resources/model.ts';
import type { SourceDocument } from './policy/resources/source.ts';
import { createProcessor as createRecordProcessor } from './stage/create-processor.ts';
import type { Processed, Processor } from './stage/create-processor.ts';
import type { Limits } from './stage/limits.ts';
import { VERSION } from './std/version.ts';

export { evaluate };
export type {
  DialectName,
  Evaluation,
  FileContent,
  Flow,
  FlowEnd,
  FlowEvaluation,
  OutputFormat,
  PolicyHit,
  PolicyIndex,
  PolicyMode,
  PolicyRef,
  PolicyScope,
  Position,
  Problem,
  Processed,
  Processor,
  SourceDocument,
  Verdict,
};

/** How policies are to be understood; the keys `policies.*` of the configuration, with their defaults. */
export interface CompileOptions {
  readonly mode?: PolicyMode;
  /** `refuse`: one invalid policy and there is no index. */
  readonly onInvalid?: 'refuse' | 'uncertain' | 'drop';
  readonly icmpFromPort?: boolean;
}

/** `index` is `null` if at least one problem is an error. */
export interface Compiled {
  readonly index: PolicyIndex | null;
  readonly problems: readonly Problem[];
}

/** How records are to be read and written; the keys of the configuration, with their defaults. */
export interface ProcessorOptions {
  /** `policies.set`. */
  readonly policySet?: string;
  /** What `evaluated_at` says, ms since 1970. */
  readonly evaluatedAtMs: number;
  /** `input.format`. */
  readonly format?: DialectName | 'auto' | 'avro';
  /** JSON of the schema that the records are written with, if they are in Avro, with nothing in front of them. */
  readonly avroSchema?: string;
  /** `output.format`; the processor says in `outputSchema` what Avro is written with. */
  readonly outputFormat?: OutputFormat;
  /** `output.member`. */
  readonly member?: string;
  readonly limits?: Limits;
}

/**
 * Reads the objects of one YAML or JSON text: policies, tiers and inventory, `List` objects taken apart.
 * Never throws: what cannot be read is a problem, and everything else is returned all the same.
 * `fileName` is only for positions.
 */
export function readResources(text: string, fileName: string): FileContent {
  return readDocuments(text, fileName);
}

/**
 * Compiles the documents of one policy set, of however many files, into an index that answers for every
 * flow. Never throws: all that is wrong is told at once, with its position and how to mend it.
 */
export function compile(
  documents: readonly SourceDocument[],
  options: CompileOptions = {},
): Compiled {
  const { mode = 'enforcement', icmpFromPort = true } = options;
  const { onInvalid = mode === 'calico' ? 'drop' : 'refuse' } = options;
  const resources = decodeResources(documents, { mode, onInvalid });
  const { problems } = resources;
  if (problems.some(({ severity }) => severity === 'error')) return { index: null, problems };
  const policyHash = hashPolicies(resources, mode);
  const index = compileIndex(resources, { mode, onInvalid, icmpFromPort, policyHash });
  return { index, problems };
}

/**
 * Judges records one by one: `process(bytes)` gives the bytes that the stage would write and the
 * evaluation in them, or the reason why the record cannot be judged.
 * @throws CodedError if `member` is the name of a member that records have anyway, or the schema cannot be used
 */
export function createProcessor(index: PolicyIndex, options: ProcessorOptions): Processor {
  const { policySet = 'default', ...others } = options;
  return createRecordProcessor((flow, recalled) => judge(index, flow, recalled), {
    maker: { policySet, policyHash: index.policyHash, evaluator: `rehearsal/${VERSION}` },
    timeClassOf: timeClassesOf(index.tables),
    portClasses: portClassesOf(index.tables),
    ...others,
  });
}
