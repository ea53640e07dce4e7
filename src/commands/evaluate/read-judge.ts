import type { Writable } from 'node:stream';
import { compilePolicies } from '../../live/compile.ts';
import { readPaths } from '../../live/read-paths.ts';
import { PolicyIndex } from '../../policy/index/policy-index.ts';
import type { BatchJudge } from '../../stage/ports.ts';
import { CodedError } from '../../std/coded-error.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { findingsOf, formatFinding } from '../findings.ts';
import { readBareSchema } from '../run/avro.ts';
import { createJudge } from '../run/judge.ts';

/**
 * The judge by the policies that the configuration names; oddities about them are told on `stderr`.
 * @throws CodedError `policy/unreadable`, `policy/invalid`
 */
export async function readJudge(config: Config, stderr: Writable): Promise<BatchJudge> {
  const { texts, skipped } = await readPaths(config.policies.paths, config.limits);
  const outcome = compilePolicies(texts, config.policies);
  const problems = outcome.status === 'compiled' ? outcome.policies.problems : outcome.problems;
  const lines = findingsOf(problems).map(formatFinding);
  if (outcome.status === 'refused') throw new CodedError('policy/invalid', lines.join('\n'));
  for (const { path, why } of skipped) stderr.write(`rehearsal: skipped ${path}: ${why}\n`);
  for (const line of lines) stderr.write(`rehearsal: ${line}\n`);
  const index = new PolicyIndex(outcome.policies.tables);
  const bareSchema = await readBareSchema(config);
  return createJudge(index, config, { version: VERSION, cells: null, bareSchema });
}
