import type { Writable } from 'node:stream';
import { readTexts } from '../live/compile.ts';
import { readPaths, type PolicyText } from '../live/read-paths.ts';
import { compileIndex } from '../policy/index/compile.ts';
import type { PolicyIndex } from '../policy/index/policy-index.ts';
import { hashPolicies } from '../policy/resources/canonical.ts';
import { decodeResources } from '../policy/resources/decode.ts';
import type { Problem, Resources } from '../policy/resources/model.ts';
import type { WrittenDocument } from '../policy/resources/source.ts';
import { CodedError } from '../std/coded-error.ts';
import type { Config } from './config/schema.ts';
import { findingsOf, formatFinding } from './findings.ts';

/** Policies and inventory at every stage from text to index, for the commands that show what was written. */
export interface PolicyFiles {
  readonly documents: readonly WrittenDocument[];
  readonly resources: Resources;
  readonly index: PolicyIndex;
}

/**
 * Reads all that the configuration names; oddities are told on `stderr`.
 * @throws CodedError `policy/unreadable`, `policy/invalid`
 */
export async function readPolicyFiles(
  { policies, limits }: Pick<Config, 'policies' | 'limits'>,
  stderr: Writable,
): Promise<PolicyFiles> {
  const { texts, skipped } = await readPaths(policies.paths, limits);
  for (const { path, why } of skipped) stderr.write(`rehearsal: skipped ${path}: ${why}\n`);
  const documents = documentsOf(texts, stderr);
  const files = compileDocuments(documents, policies);
  tell(files.resources.problems, stderr);
  return files;
}

/**
 * The objects of texts.
 * @throws CodedError `policy/invalid`
 */
export function documentsOf(texts: readonly PolicyText[], stderr: Writable): WrittenDocument[] {
  const contents = readTexts(texts);
  const problems = contents.flatMap((content) => content.problems);
  refuseErrors(problems);
  tell(problems, stderr);
  return contents.flatMap(({ documents }) => documents);
}

/** @throws CodedError `policy/invalid` */
export function compileDocuments(
  documents: readonly WrittenDocument[],
  policies: Config['policies'],
): PolicyFiles {
  const resources = decodeResources(documents, policies);
  refuseErrors(resources.problems);
  const policyHash = hashPolicies(resources, policies.mode);
  const index = compileIndex(resources, { ...policies, policyHash });
  return { documents, resources, index };
}

/** @throws CodedError `policy/invalid` with all that is wrong, if any of it is an error */
export function refuseErrors(problems: readonly Problem[]): void {
  if (!problems.some(({ severity }) => severity === 'error')) return;
  throw new CodedError('policy/invalid', findingsOf(problems).map(formatFinding).join('\n'));
}

function tell(problems: readonly Problem[], stderr: Writable): void {
  for (const line of findingsOf(problems).map(formatFinding)) stderr.write(`rehearsal: ${line}\n`);
}
