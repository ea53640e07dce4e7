import { PROFILE_TIER, type HitError, type PolicyRef } from './hit.ts';
import { kindNames, policyKinds, type PolicyKind } from './kinds.ts';

/** Reads `snp:shop/web`, a policy's name as hits of v3.32 give it (semantics 7). */
export function parsePolicyText(text: string, tier: string): PolicyRef | HitError {
  const colon = text.indexOf(':');
  const kind = kindsByShort.get(text.slice(0, Math.max(colon, 0)));
  if (kind === undefined) return wrongHit(`\`${text}\` does not begin with a kind`);
  const path = text.slice(colon + 1);
  const slash = path.indexOf('/');
  const namespace = slash === -1 ? '' : path.slice(0, slash);
  return policyRef({ kind, namespace, name: path.slice(slash + 1), tier });
}

/** `snp:shop/web`. */
export function formatPolicyText({ kind, namespace, name }: PolicyRef): string {
  return `${policyKinds[kind].short}:${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** The policy, if its names are names; `tier` as in the text of a hit, where it is never empty. */
export function policyRef(policy: PolicyRef): PolicyRef | HitError {
  const { kind, namespace, name, tier } = policy;
  if (!isName(name)) return wrongHit(`\`${name}\` is no name of a policy`);
  if (namespace !== '' && !isLabel(namespace)) return wrongHit(`\`${namespace}\` is no namespace`);
  if (tier === PROFILE_TIER) return kind === 'Profile' ? policy : { ...policy, tier: '' };
  return isName(tier) ? policy : wrongHit(`\`${tier}\` is no tier`);
}

export function wrongHit(message: string): HitError {
  return { kind: 'error', message };
}

const kindsByShort = new Map<string, PolicyKind>();
for (const kind of kindNames) {
  if (policyKinds[kind].short !== '') kindsByShort.set(policyKinds[kind].short, kind);
}

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9][a-z0-9-]*$/.test(text);
}

/** Calico lets names and tiers end in `-` here (semantics 1.16). */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*$/.test(text);
}
