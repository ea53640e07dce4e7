import { PROFILE_TIER, type HitError, type PolicyRef } from './hit.ts';
import { policyKinds, type PolicyKind } from './kinds.ts';
import { policyRef, wrongHit } from './policy-text.ts';

/**
 * Reads `shop/ops.staged:web`, a policy's name as hits of v3.30 and v3.31 give it: the tier stands in
 * front of the name, the kind shows in what is put before them (semantics 7).
 */
export function parseOldPolicyText(text: string, tier: string): PolicyRef | HitError {
  const slash = text.indexOf('/');
  const namespaced = slash !== -1;
  const namespace = namespaced ? text.slice(0, slash) : '';
  const unstaged = text.slice(slash + 1).replace('staged:', '');
  const staged = unstaged.length < text.length - (slash + 1);
  const mark = marks.find(
    (each) => each.namespaced === namespaced && unstaged.startsWith(each.text),
  );
  const tiered = mark === undefined ? unstaged : unstaged.slice(mark.text.length);
  const dot = tiered.indexOf('.');
  if (dot === -1 || tiered.slice(0, dot) !== tier) {
    return wrongHit(`the name \`${text}\` does not name the tier \`${tier}\``);
  }
  const plain = tier === PROFILE_TIER && !namespaced ? 'Profile' : unmarked(namespaced);
  const kind = withStaged(mark?.kind ?? plain, staged);
  return policyRef({ kind, namespace, name: tiered.slice(dot + 1), tier });
}

/**
 * `shop/ops.staged:web`. Cluster policies are younger than this grammar and are printed as global ones
 * are.
 */
export function formatOldPolicyText({ kind, namespace, name, tier }: PolicyRef): string {
  const { namespaced, staged, enforced } = policyKinds[kind];
  const mark = marks.find((each) => each.kind === enforced)?.text;
  const stagedMark = staged ? 'staged:' : '';
  const tierText = kind === 'Profile' ? PROFILE_TIER : tier;
  const path = namespaced ? `${namespace}/` : '';
  return mark === undefined
    ? `${path}${tierText}.${stagedMark}${name}`
    : `${path}${stagedMark}${mark}${tierText}.${name}`;
}

interface Mark {
  readonly text: string;
  readonly namespaced: boolean;
  readonly kind: PolicyKind;
}

const marks: readonly Mark[] = [
  { text: 'knp.', namespaced: true, kind: 'KubernetesNetworkPolicy' },
  { text: 'kanp.', namespaced: false, kind: 'AdminNetworkPolicy' },
  { text: 'kbanp.', namespaced: false, kind: 'BaselineAdminNetworkPolicy' },
];

function unmarked(namespaced: boolean): PolicyKind {
  return namespaced ? 'NetworkPolicy' : 'GlobalNetworkPolicy';
}

const stagedForms: Partial<Record<PolicyKind, PolicyKind>> = {
  NetworkPolicy: 'StagedNetworkPolicy',
  GlobalNetworkPolicy: 'StagedGlobalNetworkPolicy',
  KubernetesNetworkPolicy: 'StagedKubernetesNetworkPolicy',
};

function withStaged(kind: PolicyKind, staged: boolean): PolicyKind {
  return (staged ? stagedForms[kind] : undefined) ?? kind;
}
