import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { Flow } from '../../flow/flow.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import type { Batch } from '../../stage/ports.ts';
import type { WriterSchemas } from '../../stage/writer-schemas.ts';
import { CodedError } from '../../std/coded-error.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../evaluate/judge-records.ts';
import { createJudge } from '../run/judge.ts';

/** One message, what to call it, and what is needed to read it. */
export interface FoundRecord {
  readonly source: string;
  /** Only the message. */
  readonly batch: Batch;
  readonly schemas: WriterSchemas<AvroSchema> | null;
}

export interface ReadOptions {
  readonly index: PolicyIndex;
  readonly config: Config;
  readonly bareSchema: AvroSchema | null;
  readonly nowMs: number;
}

/**
 * The flows of a message, read as the stage reads them: usually one, more where it holds several records.
 * @throws CodedError `input/unreadable`
 */
export function readFlows(
  { source, batch, schemas }: FoundRecord,
  { index, config, bareSchema, nowMs }: ReadOptions,
): readonly Flow[] {
  const flows: Flow[] = [];
  const judge = createJudge(index, config, {
    version: VERSION,
    cells: { cellOf: () => 0, add: () => {} },
    bareSchema,
    observe: (flow) => flows.push(flow),
  });
  const [first] = judge(batch, nowMs, schemas).deadLetters;
  if (flows.length === 0) {
    const why = first === undefined ? 'it holds no record' : `${first.reason}, ${messageOf(first)}`;
    throw new CodedError('input/unreadable', `\`${source}\` cannot be read: ${why}`);
  }
  return flows;
}
