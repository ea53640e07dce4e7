import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { Flow } from '../../flow/flow.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { CodedError } from '../../std/coded-error.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { judgeRecords } from '../evaluate/judge-records.ts';
import type { OpenedRecords } from '../evaluate/open-records.ts';
import { createJudge } from '../run/judge.ts';

/** One message, and what to call it. */
export interface FoundRecord {
  readonly source: string;
  /** Only the message. */
  readonly group: OpenedRecords;
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
  { source, group }: FoundRecord,
  { index, config, bareSchema, nowMs }: ReadOptions,
): readonly Flow[] {
  const flows: Flow[] = [];
  const judge = createJudge(index, config, {
    version: VERSION,
    cells: { cellOf: () => 0, add: () => {} },
    bareSchema,
    observe: (flow) => flows.push(flow),
  });
  const { unreadable } = judgeRecords(group, { judge, path: source, nowMs, isChangedOnly: false });
  const [first] = unreadable;
  if (flows.length === 0) {
    const why = first === undefined ? 'it holds no record' : `${first.reason}, ${first.message}`;
    throw new CodedError('input/unreadable', `\`${source}\` cannot be read: ${why}`);
  }
  return flows;
}
