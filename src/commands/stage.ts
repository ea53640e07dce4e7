import { openInput, type HasStdin } from '../files/open-input.ts';
import { readPaths, type PolicyText } from '../live/read-paths.ts';
import { kindNames, policyKinds } from '../policy/kinds.ts';
import { decodeResources, identityOf } from '../policy/resources/decode.ts';
import type { Policy } from '../policy/resources/model.ts';
import { printManifest } from '../policy/resources/print-manifest.ts';
import type { WrittenDocument } from '../policy/resources/source.ts';
import { asDeletion, asStaged, hasTwin, type TwinKind } from '../policy/resources/twin.ts';
import { CodedError } from '../std/coded-error.ts';
import { readConfig } from './config/read-config.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { documentsOf, refuseErrors } from './policy-files.ts';
import { formatReference } from './promote/policy-names.ts';

/** `rehearsal stage`: enforced policies as staged ones, to be rehearsed before they change. */
export async function stage(invocation: Invocation<'stage'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings } = invocation;
  const { environment, stdout, stderr } = surroundings;
  const { config } = await readConfig({
    flags,
    environment,
    file: undefined,
    isTerminal: stderr.isTTY === true,
  });
  const paths = operands.length === 0 ? ['-'] : operands;
  const texts: PolicyText[] = [];
  for (const path of paths) {
    if (path === '-') texts.push(await textOf(surroundings, config.limits));
    else texts.push(...(await readPaths([path], config.limits)).texts);
  }
  const documents = documentsOf(texts, stderr);
  const isDeletion = options.action === 'Delete';
  const staged: string[] = [];
  for (const { document, policy } of policiesIn(documents)) {
    const kind = stagedKinds.get(policy.kind);
    if (kind === undefined) {
      const why = policyKinds[policy.kind].staged ? 'is staged already' : 'has no staged form';
      stderr.write(`rehearsal: ${formatReference(policy)} is left out: it ${why}\n`);
      continue;
    }
    const edits = (isDeletion ? asDeletion : asStaged)(document, policy, kind);
    staged.push(printManifest(document, edits));
  }
  if (staged.length === 0) throw noPolicies(paths);
  stdout.write(staged.join('---\n'));
  return exitCodes.done;
}

interface FoundPolicy {
  readonly document: WrittenDocument;
  readonly policy: Policy;
}

/**
 * What else is wrong with them the API server will say: a staged policy harms nobody, and what it
 * refers to may lie in other files.
 */
function policiesIn(documents: readonly WrittenDocument[]): readonly FoundPolicy[] {
  const reading = { mode: 'enforcement', onInvalid: 'uncertain' } as const;
  const { policies, problems } = decodeResources(documents, reading);
  refuseErrors(problems);
  const byName = new Map(policies.map((policy) => [formatReference(policy), policy]));
  return documents.flatMap((document) => {
    const identity = identityOf(document);
    const kind = kindNames.find((name) => name === identity?.kind);
    if (identity === null || kind === undefined) return [];
    const name = formatReference({ ...identity, kind });
    const policy = byName.get(name);
    // The same object again is the same.
    byName.delete(name);
    return policy === undefined ? [] : [{ document, policy }];
  });
}

/** The staged kind of each enforced one. */
const stagedKinds = new Map<string, TwinKind>(
  kindNames.filter(hasTwin).flatMap((kind) => {
    const { staged, enforced } = policyKinds[kind];
    return staged ? [[enforced, kind] as const] : [];
  }),
);

async function textOf(
  has: HasStdin,
  { policyFileBytes }: { readonly policyFileBytes: number },
): Promise<PolicyText> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of openInput('-', has)) {
    bytes += chunk.length;
    if (bytes > policyFileBytes) {
      throw new CodedError(
        'policy/unreadable',
        `stdin exceeds \`limits.policyFileBytes\`, ${policyFileBytes}`,
      );
    }
    chunks.push(chunk);
  }
  return { file: 'stdin', text: Buffer.concat(chunks).toString('utf8') };
}

function noPolicies(paths: readonly string[]): CodedError {
  const names = paths.map((path) => `\`${path}\``).join(', ');
  return new CodedError(
    'policy/none',
    `no enforced policy in ${names}; \`rehearsal stage\` takes NetworkPolicy and GlobalNetworkPolicy`,
  );
}
