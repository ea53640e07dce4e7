import { createHash } from 'node:crypto';

import type { PolicyMode } from '../policy/actions.ts';
import { compileIndex } from '../policy/index/compile.ts';
import type { IndexTables } from '../policy/index/tables.ts';
import { canonicalText, hashPolicies } from '../policy/resources/canonical.ts';
import { decodeResources } from '../policy/resources/decode.ts';
import { readDocuments } from '../policy/resources/documents.ts';
import type { OnInvalid } from '../policy/resources/findings.ts';
import type { Problem, Resources } from '../policy/resources/model.ts';
import type { PolicyText } from './read-paths.ts';

/** How policies are to be read (contract 3, `policies.*`). */
export interface CompileOptions {
  readonly mode: PolicyMode;
  readonly onInvalid: OnInvalid;
  readonly icmpFromPort: boolean;
}

export type CompileOutcome =
  | { readonly status: 'compiled'; readonly policies: CompiledPolicies }
  /** At least one problem is an error. */
  | { readonly status: 'refused'; readonly problems: readonly Problem[] };

/** A set of policies, ready to judge by; plain data that may cross threads. */
export interface CompiledPolicies {
  readonly tables: IndexTables;
  readonly resources: Resources;
  readonly policyHash: string;
  readonly inventoryHash: string;
}

/** Reads, checks and compiles all that was found. */
export function compilePolicies(
  texts: readonly PolicyText[],
  options: CompileOptions,
): CompileOutcome {
  const contents = texts.map(({ text, file }) => readDocuments(text, file));
  const resources = decodeResources(
    contents.flatMap(({ documents }) => documents),
    options,
  );
  const problems = [...contents.flatMap((content) => content.problems), ...resources.problems];
  if (problems.some(({ severity }) => severity === 'error')) {
    return { status: 'refused', problems };
  }
  const policyHash = hashPolicies(resources, options.mode);
  const inventoryHash = hashInventory(resources);
  const { tables } = compileIndex(resources, { ...options, policyHash, inventoryHash });
  return {
    status: 'compiled',
    policies: { tables, resources: { ...resources, problems }, policyHash, inventoryHash },
  };
}

function hashInventory({ inventory }: Resources): string {
  const parts = Object.entries(inventory).map(([name, part]: [string, unknown]) =>
    canonicalText([name, part instanceof Set ? [...part].map(String).toSorted() : part]),
  );
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
