import type { Writable } from 'node:stream';
import type { BatchJudge } from '../../stage/ports.ts';
import type { Framing } from '../../stage/records/output-records.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { readIndex } from '../read-index.ts';
import { readBareSchema } from '../run/avro.ts';
import { createJudge } from '../run/judge.ts';

/** By how outputs are laid out. */
export type JudgeOf = (framing: Framing) => BatchJudge;

export interface ReadJudgeOptions {
  readonly stderr: Writable;
  /** Leave out the records for which nothing would change. */
  readonly isChangedOnly: boolean;
}

/**
 * The judge by the policies that the configuration names; oddities about them are told on `stderr`.
 * @throws CodedError `policy/unreadable`, `policy/invalid`
 */
export async function readJudge(
  config: Config,
  { stderr, isChangedOnly }: ReadJudgeOptions,
): Promise<JudgeOf> {
  const index = await readIndex(config.policies.paths, config, stderr);
  const bareSchema = await readBareSchema(config);
  const judges = new Map<Framing, BatchJudge>();
  return (framing) => {
    const how = { version: VERSION, cells: null, bareSchema, framing, isChangedOnly };
    const judge = judges.get(framing) ?? createJudge(index, config, how);
    judges.set(framing, judge);
    return judge;
  };
}
