import type { Writable } from 'node:stream';
import { compilePolicies } from '../live/compile.ts';
import { readPaths } from '../live/read-paths.ts';
import { PolicyIndex } from '../policy/index/policy-index.ts';
import { CodedError } from '../std/coded-error.ts';
import type { Config } from './config/schema.ts';
import { findingsOf, formatFinding } from './findings.ts';

/**
 * The policies and inventory of `paths`, ready to judge by; oddities about them are told on `stderr`.
 * @throws CodedError `policy/unreadable`, `policy/invalid`
 */
export async function readIndex(
  paths: readonly string[],
  { policies, limits }: Pick<Config, 'policies' | 'limits'>,
  stderr: Writable,
): Promise<PolicyIndex> {
  const { texts, skipped } = await readPaths(paths, limits);
  const outcome = compilePolicies(texts, policies);
  const problems = outcome.status === 'compiled' ? outcome.policies.problems : outcome.problems;
  const lines = findingsOf(problems).map(formatFinding);
  if (outcome.status === 'refused') throw new CodedError('policy/invalid', lines.join('\n'));
  for (const { path, why } of skipped) stderr.write(`rehearsal: skipped ${path}: ${why}\n`);
  for (const line of lines) stderr.write(`rehearsal: ${line}\n`);
  return new PolicyIndex(outcome.policies.tables);
}
