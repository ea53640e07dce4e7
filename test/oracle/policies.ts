import type { Direction, PolicyMode } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import type { PolicyRef } from '../../src/policy/hit.ts';
import { policyKinds, type PolicyKind } from '../../src/policy/kinds.ts';
import type { Policy, Tier, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import { matches } from '../../src/policy/selector/interpret.ts';
import { labelOf, type View } from './world-view.ts';

/** One tier of an endpoint: its policies for one direction, in order. */
export interface TierList {
  readonly name: string;
  /** Null if no Tier object says it (DIV-09). */
  readonly defaultAction: Tier['defaultAction'] | null;
  readonly policies: readonly Policy[];
}

export interface ListOptions {
  readonly direction: Direction;
  readonly scope: PolicyScope;
}

/** The policies that apply to an endpoint, tier by tier (semantics 1.12, 5.2). */
export function tierLists(
  endpoint: WorkloadEndpoint,
  { direction, scope }: ListOptions,
  view: View,
): readonly TierList[] {
  const policies = inScope(view, scope)
    .filter((policy) => policy.forWorkloads && governs(policy, direction))
    .filter((policy) => matches(policy.selector, (key) => labelOf(endpoint, key, view)));
  return tiersInOrder(view)
    .map(({ name, defaultAction }) => ({
      name,
      defaultAction,
      policies: policies
        .filter((policy) => policy.tier === name)
        .toSorted((left, right) => comparePolicies(left, right, view.mode)),
    }))
    .filter((tier) => tier.policies.length > 0);
}

/** The policies that count in a scope (contract 3; semantics 1.10, 5.2, 9). */
function inScope({ resources, mode }: View, scope: PolicyScope): readonly Policy[] {
  const live = resources.policies.filter((policy) => policy.state === 'live');
  if (mode === 'calico') {
    return live.filter(
      (policy) => !isStaged(policy) || (isNamed(policy, scope) && acts(policy, mode)),
    );
  }
  const promoted = resources.policies.filter(
    (policy) => isStaged(policy) && isNamed(policy, scope) && policy.stagedAction !== 'Ignore',
  );
  const gone = new Set(promoted.map(enforcedName));
  return live.filter((policy) =>
    isStaged(policy) ? promoted.includes(policy) && acts(policy, mode) : !gone.has(nameOf(policy)),
  );
}

export function isStaged({ kind }: { readonly kind: PolicyKind }): boolean {
  return policyKinds[kind].staged;
}

/** Whether the scope counts this staged policy at all. */
function isNamed(policy: Policy, scope: PolicyScope): boolean {
  if (scope === 'enforced') return false;
  return scope === 'pending' || nameOf(policy) === nameOf(scope.solo);
}

/** Whether the staged policy stands in the lists, rather than only for what it removes. */
function acts({ stagedAction }: Policy, mode: PolicyMode): boolean {
  if (stagedAction === 'Delete') return false;
  return mode === 'calico' || stagedAction !== 'Ignore';
}

function nameOf({ kind, namespace, name }: Omit<PolicyRef, 'tier'>): string {
  return `${kind} ${namespace}/${name}`;
}

function enforcedName({ kind, namespace, name }: Policy): string {
  return nameOf({ kind: policyKinds[kind].enforced, namespace, name });
}

function governs(policy: Policy, direction: Direction): boolean {
  return direction === 'ingress' ? policy.ingress : policy.egress;
}

/** Tiers with an object by order and name, then those that only policies mention, by name. */
function tiersInOrder({ resources }: View): readonly Pick<TierList, 'name' | 'defaultAction'>[] {
  const tiers = resources.tiers.toSorted((left, right) =>
    left.order === right.order ? compare(left.name, right.name) : left.order - right.order,
  );
  const known = new Set(tiers.map(({ name }) => name));
  const mentioned = new Set(resources.policies.map(({ tier }) => tier));
  const ghosts = [...mentioned].filter((name) => !known.has(name)).toSorted(compare);
  return [...tiers, ...ghosts.map((name) => ({ name, defaultAction: null }))];
}

/** By order, then by the text `name/namespace/kind`; under `enforcement` of the kind it will have. */
function comparePolicies(left: Policy, right: Policy, mode: PolicyMode): number {
  if (left.order !== right.order) return left.order < right.order ? -1 : 1;
  return compare(sortText(left, mode), sortText(right, mode));
}

function sortText({ kind, namespace, name }: Policy, mode: PolicyMode): string {
  return `${name}/${namespace}/${mode === 'enforcement' ? policyKinds[kind].enforced : kind}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
