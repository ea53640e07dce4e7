import { policyKinds } from '../../policy/kinds.ts';
import type { Policy } from '../../policy/resources/model.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { PolicyFiles } from '../policy-files.ts';
import { findReferences, formatReference, listed } from './policy-names.ts';

export interface Choice {
  readonly references: readonly string[];
  readonly isAll: boolean;
}

interface Chosen {
  readonly policies: readonly Policy[];
  readonly ignored: readonly Policy[];
}

/**
 * The staged policies to be promoted: those named, in that order; or all, in the order in which they are
 * evaluated, but for those that ask to be ignored.
 * @throws CodedError `usage/arguments`, `usage/reference`, `policy/invalid`
 */
export function choosePolicies(files: PolicyFiles, choice: Choice): Chosen {
  const { policies, ignored } = choose(files, choice);
  const rejected = policies.filter(({ state }) => state === 'rejected');
  if (rejected.length > 0) {
    throw new CodedError(
      'policy/invalid',
      `${named(rejected)} is invalid: the API server would refuse it`,
    );
  }
  return { policies, ignored };
}

function choose(files: PolicyFiles, { references, isAll }: Choice): Chosen {
  const staged = inOrder(files).filter(({ kind }) => policyKinds[kind].staged);
  if (isAll && references.length > 0) {
    throw new CodedError('usage/arguments', '`--all` takes no policies beside it');
  }
  if (!isAll && references.length === 0) {
    const names = listed(staged.map((policy) => formatReference(policy)));
    throw new CodedError(
      'usage/arguments',
      `\`promote\` needs a policy, as \`snp/payments/ledger-strict\`, or \`--all\`; ${names}`,
    );
  }
  const asked = isAll ? staged : findReferences(references, staged);
  const ignored = asked.filter(isIgnored);
  if (!isAll && ignored.length > 0) {
    throw new CodedError(
      'usage/reference',
      `${named(ignored)} says \`stagedAction: Ignore\`, so it is not to be enforced; set it to \`Set\` first`,
    );
  }
  return { policies: asked.filter((policy) => !isIgnored(policy)), ignored };
}

function inOrder({ resources, index }: PolicyFiles): readonly Policy[] {
  const places = new Map(index.policies.map(({ ref }, place) => [formatReference(ref), place]));
  const placeOf = (policy: Policy): number => places.get(formatReference(policy)) ?? 0;
  return resources.policies.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function isIgnored({ stagedAction }: Policy): boolean {
  return stagedAction === 'Ignore';
}

function named(policies: readonly Policy[]): string {
  return policies.map((policy) => `\`${formatReference(policy)}\``).join(', ');
}
