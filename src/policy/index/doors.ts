import type { Direction, PolicyMode } from '../actions.ts';
import type { Facts, Knowledge } from '../evaluator/facts.ts';
import type { PolicyRef } from '../hit.ts';
import type { PolicyKind } from '../kinds.ts';
import type { Candidate } from './candidate.ts';

/** One member of each class of numbers that no loaded rule, named port or service can tell apart. */
export interface NumberClasses {
  readonly sourcePorts: readonly number[];
  readonly destPorts: readonly number[];
  /** Within 1..255. */
  readonly protocols: readonly number[];
  readonly icmp: readonly (readonly [type: number, code: number])[];
  /** A known destination port tells type and code of ICMPv4 (semantics 6.1). */
  readonly icmpFromPort: boolean;
}

/** What the judge of a flow asks of the policies, beside their evaluation. */
export interface PolicyDoors {
  readonly mode: PolicyMode;
  hasTier(name: string): boolean;
  hasPolicy(kind: PolicyKind, namespace: string, name: string): boolean;
  /**
   * The staged policies that could touch the endpoint's flows of this direction, in index order: they,
   * or under `enforcement` the namesakes they remove, select it or may (contract 3).
   */
  stagedTouching(direction: Direction, endpoint: Candidate): readonly PolicyRef[];
  readonly numberClasses: NumberClasses;
  /** How many connections `settleLabel` may make of one: fewer, the more there is to ask of each. */
  readonly settledMax: number;
  /**
   * The connection with one unknown label settled, once for each value that selectors can tell apart and once
   * without it: one that leaves the `question` of an evaluation (`labelQuestion`) open. `null` where there
   * is none, or where it has too many values.
   */
  settleLabel(facts: Facts, question: number, knowledge: Knowledge): readonly Facts[] | null;
}
