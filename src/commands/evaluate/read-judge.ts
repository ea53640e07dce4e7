import type { Writable } from 'node:stream';
import type { BatchJudge } from '../../stage/ports.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { readIndex } from '../read-index.ts';
import { readBareSchema } from '../run/avro.ts';
import { createJudge } from '../run/judge.ts';

/**
 * The judge by the policies that the configuration names; oddities about them are told on `stderr`.
 * @throws CodedError `policy/unreadable`, `policy/invalid`
 */
export async function readJudge(config: Config, stderr: Writable): Promise<BatchJudge> {
  const index = await readIndex(config.policies.paths, config, stderr);
  const bareSchema = await readBareSchema(config);
  return createJudge(index, config, { version: VERSION, cells: null, bareSchema });
}
