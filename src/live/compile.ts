import { createHash } from 'node:crypto';

import type { PolicyMode } from '../policy/actions.ts';
import { compileIndex } from '../policy/index/compile.ts';
import { specHashesOf } from '../policy/index/spec-hashes.ts';
import type { IndexTables } from '../policy/index/tables.ts';
import { canonicalText, hashPolicies } from '../policy/resources/canonical.ts';
import { decodeResources } from '../policy/resources/decode.ts';
import { readDocuments, type FileContent } from '../policy/resources/documents.ts';
import { documentLimits } from '../policy/resources/source.ts';
import type { OnInvalid } from '../policy/resources/findings.ts';
import type { Problem, Resources } from '../policy/resources/model.ts';
import { digestOf, ownHashOf, type Digest } from './changes.ts';
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

/**
 * A set of policies, ready to judge by. It crosses threads, and whatever is not in the buffers of the
 * tables holds up the thread that gets it: so there is little else.
 */
export interface CompiledPolicies {
  readonly tables: IndexTables;
  /** `spec_hash` of each policy, in the order of the tables. */
  readonly specHashes: readonly string[];
  readonly digest: Digest;
  /** How many objects there are of each kind that is no policy. */
  readonly objects: Readonly<Record<string, number>>;
  /** Warnings. */
  readonly problems: readonly Problem[];
  /** Kinds that were skipped on purpose, with how many documents. */
  readonly skipped: ReadonlyMap<string, number>;
}

/** Whoever read the files kept to `limits.policyFileBytes`. */
const bounded = { ...documentLimits, fileBytesMax: Number.POSITIVE_INFINITY };

/** What each text holds, as many bytes as it has. */
export function readTexts(texts: readonly PolicyText[]): FileContent[] {
  return texts.map(({ text, file }) => readDocuments(text, file, bounded));
}

/** Reads, checks and compiles all that was found. */
export function compilePolicies(
  texts: readonly PolicyText[],
  options: CompileOptions,
): CompileOutcome {
  const contents = readTexts(texts);
  const resources = decodeResources(
    contents.flatMap(({ documents }) => documents),
    options,
  );
  const problems = [...contents.flatMap((content) => content.problems), ...resources.problems];
  if (problems.some(({ severity }) => severity === 'error')) {
    return { status: 'refused', problems };
  }
  const policyTexts = resources.policies.map(canonicalText);
  const policyHash = hashPolicies(resources, options.mode, policyTexts);
  const inventoryHash = hashInventory(resources);
  const { tables } = compileIndex(resources, { ...options, policyHash, inventoryHash });
  const digest = digestOf(resources, { policyHash, inventoryHash }, policyTexts);
  const specHashes = specHashesOf(resources, options, (policy) => ownHashOf(digest, policy));
  const { skipped } = resources;
  return {
    status: 'compiled',
    policies: { tables, specHashes, digest, objects: countObjects(resources), problems, skipped },
  };
}

function countObjects({ tiers, inventory }: Resources): Readonly<Record<string, number>> {
  const { networkSets } = inventory;
  const globalSets = networkSets.filter(({ namespace }) => namespace === '').length;
  return {
    Tier: tiers.length,
    Namespace: inventory.namespaces.size,
    ServiceAccount: inventory.serviceAccounts.size,
    WorkloadEndpoint: inventory.endpoints.length,
    HostEndpoint: inventory.hostEndpoints.length,
    NetworkSet: networkSets.length - globalSets,
    GlobalNetworkSet: globalSets,
    IPPool: inventory.ipPools.length,
  };
}

function hashInventory({ inventory }: Resources): string {
  const parts = Object.entries(inventory).map(([name, part]: [string, unknown]) =>
    canonicalText([name, part instanceof Set ? [...part].map(String).toSorted() : part]),
  );
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
