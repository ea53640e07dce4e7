// (hot) Measured by bench/micro/evaluate.bench.ts.
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import type { Policies } from '../index/policies.ts';
import { PolicyFlag, type PolicyTables } from '../index/tables.ts';
import type { PolicyScope } from './facts.ts';

/** Which policies count in a scope (contract 3). */
export class ScopeMembers {
  readonly #tables: PolicyTables;
  /** The staged policies that count: none, all, or the one of this number. */
  readonly #staged: number;

  constructor(policies: Policies, scope: PolicyScope) {
    this.#tables = policies.tables.policies;
    if (scope === 'enforced') this.#staged = NONE;
    else this.#staged = scope === 'pending' ? ALL : policies.numberOf(scope.solo);
  }

  /** `maybe`: the staged policy that would take its place was rejected. */
  includes(policy: number): Ternary {
    const { flags, suppressor } = this.#tables;
    if ((flags[policy]! & PolicyFlag.staged) !== 0) return this.#counts(policy) ? YES : NO;
    const staged = suppressor[policy]!;
    if (staged < 0 || !this.#counts(staged)) return YES;
    return (flags[staged]! & PolicyFlag.anything) !== 0 ? MAYBE : NO;
  }

  #counts(staged: number): boolean {
    return this.#staged === ALL || this.#staged === staged;
  }
}

const NONE = -1;
const ALL = -2;
