import { assert } from '../../std/assert.ts';
import type { RuleAction } from '../actions.ts';
import { PROFILE_TIER, type PolicyRef } from '../hit.ts';
import { kindNames, type PolicyKind } from '../kinds.ts';
import type { Policy, StagedAction, Tier } from '../resources/model.ts';
import { findKey } from './key-table.ts';
import { stagedActionNames, stateNames } from './policy-tables.ts';
import { RuleActionCode, RuleField } from './rule-layout.ts';
import type { StringTable } from './strings.ts';
import { PolicyFlag, TierEnd, type IndexTables } from './tables.ts';

/** A policy as telemetry and reports need it. */
export interface IndexedPolicy {
  /** One object for one policy: hits of this index carry the same one. */
  readonly ref: PolicyRef;
  readonly isStaged: boolean;
  readonly stagedAction: StagedAction | null;
  readonly state: Policy['state'];
  readonly order: number;
  /** What each rule does. */
  readonly ingressRules: readonly (RuleAction | 'unknown')[];
  readonly egressRules: readonly (RuleAction | 'unknown')[];
  /** Of its tier. */
  readonly defaultAction: Tier['defaultAction'];
  readonly governs: { readonly ingress: boolean; readonly egress: boolean };
  /** The enforced policy that a staged one takes the place of, and the reverse. */
  readonly namesake: PolicyRef | null;
}

/** The policies by number, by name and by reference. */
export class Policies {
  readonly tables: IndexTables;
  readonly refs: readonly PolicyRef[];
  readonly #numbers: ReadonlyMap<PolicyRef, number>;
  readonly #strings: StringTable;
  #all: readonly IndexedPolicy[] | null = null;

  constructor(tables: IndexTables, strings: StringTable) {
    this.tables = tables;
    this.#strings = strings;
    const { policies, tiers } = tables;
    this.refs = Array.from(policies.name, (name, i) => ({
      kind: kindNames[policies.kind[i] ?? 0] ?? 'NetworkPolicy',
      namespace: strings.textOf(policies.namespace[i] ?? 0),
      name: strings.textOf(name),
      tier: strings.textOf(tiers.name[policies.tier[i] ?? 0] ?? 0),
    }));
    this.#numbers = new Map(this.refs.map((ref, number) => [ref, number]));
  }

  get all(): readonly IndexedPolicy[] {
    return (this.#all ??= this.refs.map((ref, number) => this.#describe(ref, number)));
  }

  find(kind: PolicyKind, namespace: string, name: string): PolicyRef | null {
    const key = [
      kindNames.indexOf(kind),
      this.#strings.numberOf(namespace),
      this.#strings.numberOf(name),
    ];
    return this.refs[findKey(this.tables.policies.byName, key)] ?? null;
  }

  /** References of other indexes are found by name. */
  numberOf(ref: PolicyRef): number {
    const number = this.#numbers.get(ref);
    if (number !== undefined) return number;
    const own = this.find(ref.kind, ref.namespace, ref.name);
    const found = own === null ? undefined : this.#numbers.get(own);
    assert(found !== undefined, `no policy ${ref.kind} ${ref.namespace}/${ref.name}`);
    return found;
  }

  hasTier(name: string): boolean {
    if (name === PROFILE_TIER) return true;
    const text = this.#strings.numberOf(name);
    const { tiers } = this.tables;
    return tiers.name.some(
      (one, tier) => one === text && tiers.endAction[tier] !== TierEnd.missing,
    );
  }

  /** The policies of an endpoint's list. */
  refsOf(entries: Int32Array): readonly PolicyRef[] {
    return Array.from(entries, (entry) => this.refs[entry >> 1]).filter((ref) => ref !== undefined);
  }

  /** Of the entries of an endpoint's list, the staged ones, and those that take the place of another. */
  stagedTouching(entries: Int32Array): readonly PolicyRef[] {
    const { flags, suppressor } = this.tables.policies;
    const found = new Set<number>();
    for (const entry of entries) {
      const policy = entry >> 1;
      const isStaged = ((flags[policy] ?? 0) & PolicyFlag.staged) !== 0;
      const touching = isStaged ? policy : (suppressor[policy] ?? -1);
      if (touching >= 0) found.add(touching);
    }
    const sorted = [...found].toSorted((a, b) => a - b);
    return sorted.flatMap((number) => this.refs[number] ?? []);
  }

  #describe(ref: PolicyRef, number: number): IndexedPolicy {
    const { policies, tiers } = this.tables;
    const flags = policies.flags[number] ?? 0;
    const actionsOf = (start: Int32Array, end: Int32Array) =>
      this.#actionsOf(start[number] ?? 0, end[number] ?? 0);
    const endAction = tiers.endAction[policies.tier[number] ?? 0];
    return {
      ref,
      isStaged: (flags & PolicyFlag.staged) !== 0,
      stagedAction: stagedActionNames[policies.stagedAction[number] ?? 0] ?? null,
      state: stateNames[policies.state[number] ?? 0] ?? 'live',
      order: policies.order[number] ?? Infinity,
      ingressRules: actionsOf(policies.ingressStart, policies.ingressEnd),
      egressRules: actionsOf(policies.egressStart, policies.egressEnd),
      defaultAction: endAction === TierEnd.pass ? 'pass' : 'deny',
      governs: {
        ingress: (flags & PolicyFlag.ingress) !== 0,
        egress: (flags & PolicyFlag.egress) !== 0,
      },
      namesake: this.refs[policies.twin[number] ?? -1] ?? null,
    };
  }

  #actionsOf(start: number, end: number): readonly (RuleAction | 'unknown')[] {
    const { rows } = this.tables.rules;
    return Array.from({ length: end - start }, (_, rule) => {
      const code = rows[(start + rule) * RuleField.width + RuleField.action] ?? 0;
      return actionNames[code] ?? 'unknown';
    });
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets which they are
const actionNames = Object.keys(RuleActionCode) as (keyof typeof RuleActionCode)[];
