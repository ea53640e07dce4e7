import type { PolicyMode } from '../actions.ts';
import { policyKinds, type PolicyKind } from '../kinds.ts';
import type { Policy, Resources } from '../resources/model.ts';
import { PolicyFlag, type IndexOptions } from './tables.ts';

/** Tiers and policies in the order of evaluation (semantics 1.12). */
export interface EvaluationOrder {
  readonly tiers: readonly OrderedTier[];
  readonly policies: readonly OrderedPolicy[];
}

interface OrderedTier {
  readonly name: string;
  readonly order: number;
  /** `missing`: only policies mention the tier. */
  readonly endAction: 'deny' | 'pass' | 'missing';
}

export interface OrderedPolicy {
  readonly policy: Policy;
  readonly tier: number;
  /** Bits of `PolicyFlag`. */
  readonly flags: number;
}

export function orderPolicies(
  { tiers, policies }: Pick<Resources, 'tiers' | 'policies'>,
  options: IndexOptions,
): EvaluationOrder {
  const orderedTiers = orderTiers(tiers, policies, options.mode);
  const tierNumbers = new Map(orderedTiers.map(({ name }, number) => [name, number]));
  const ordered = policies.map((policy) => {
    const tier = tierNumbers.get(policy.tier) ?? 0;
    const isOrphan = orderedTiers[tier]?.endAction === 'missing';
    return { policy, tier, flags: flagsOf(policy, isOrphan, options), tie: tieOf(policy, options) };
  });
  ordered.sort(
    (a, b) =>
      a.tier - b.tier ||
      compareNumbers(placeOf(a.policy), placeOf(b.policy)) ||
      compareTexts(a.tie, b.tie) ||
      compareTexts(a.policy.kind, b.policy.kind),
  );
  return { tiers: orderedTiers, policies: ordered };
}

/** The number of each policy's namesake of the other sort: same name, namespace and, once promoted, kind; -1 = none. */
export function twinsOf(policies: readonly Policy[]): number[] {
  const numbers = new Map(
    policies.map((policy, number) => [twinKey(policy, policyKinds[policy.kind].staged), number]),
  );
  return policies.map(
    (policy) => numbers.get(twinKey(policy, !policyKinds[policy.kind].staged)) ?? -1,
  );
}

/** What staging does to a policy: whether its rules count, or what it stands for (contract 3). */
function flagsOf(policy: Policy, isOrphan: boolean, options: IndexOptions): number {
  const { staged } = policyKinds[policy.kind];
  const part = partOf(policy, isOrphan, options);
  const governsAll = part === PolicyFlag.anything;
  return (
    part |
    (staged ? PolicyFlag.staged : 0) |
    (policy.ingress || governsAll ? PolicyFlag.ingress : 0) |
    (policy.egress || governsAll ? PolicyFlag.egress : 0)
  );
}

function partOf(policy: Policy, isOrphan: boolean, { mode, onInvalid }: IndexOptions): number {
  const isDataplane = mode === 'enforcement';
  if (isDataplane && policy.stagedAction === 'Ignore') return 0;
  if (policy.state === 'rejected' || (isDataplane && isOrphan)) {
    return onInvalid === 'drop' ? 0 : PolicyFlag.anything;
  }
  return policy.state === 'live' && policy.stagedAction !== 'Delete' ? PolicyFlag.acts : 0;
}

/**
 * Tiers that only policies mention come last, as in Felix. Under `enforcement` their policies are invalid
 * and, as nobody knows where their tier would stand, come first.
 */
function orderTiers(
  tiers: Resources['tiers'],
  policies: readonly Policy[],
  mode: PolicyMode,
): OrderedTier[] {
  const real = tiers.map(({ name, order, defaultAction }) => ({
    name,
    order,
    endAction: defaultAction,
  }));
  real.sort((a, b) => compareNumbers(a.order, b.order) || compareTexts(a.name, b.name));
  const known = new Set(real.map(({ name }) => name));
  const mentioned = new Set(policies.map(({ tier }) => tier).filter((name) => !known.has(name)));
  const missing = [...mentioned]
    .toSorted(compareTexts)
    .map((name) => ({ name, order: Infinity, endAction: 'missing' as const }));
  return mode === 'enforcement' ? [...missing, ...real] : [...real, ...missing];
}

/** A rejected policy whose order cannot be read may stand anywhere, so it comes first. */
function placeOf({ order }: Policy): number {
  return Number.isNaN(order) ? -Infinity : order;
}

/** Under `enforcement` a staged policy stands where promotion will put it (T18, T19). */
function tieOf({ kind, namespace, name }: Policy, { mode }: IndexOptions): string {
  const sortedKind: PolicyKind = mode === 'enforcement' ? policyKinds[kind].enforced : kind;
  return `${name}/${namespace}/${sortedKind}`;
}

function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function twinKey({ kind, namespace, name }: Policy, isStaged: boolean): string {
  return `${policyKinds[kind].enforced} ${namespace}/${name} ${isStaged}`;
}
