import type { RuleAction } from '../actions.ts';
import type { PolicyRef } from '../hit.ts';
import type { Policies } from '../index/policies.ts';
import type { Reading } from '../index/reading.ts';
import { RuleActionCode } from '../index/rule-layout.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { criteriaOf, type Criterion } from './criteria.ts';
import { connectionOf } from './evaluate.ts';
import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from './facts.ts';
import { RuleMatcher, type Connection } from './rule-match.ts';
import { ScopeMembers } from './scope.ts';
import { Walk } from './walk.ts';

/** One evaluation, with all that was asked on the way. */
export interface Observation {
  readonly evaluation: ScopeEvaluation;
  /** The policies that select the endpoint, or may, in order; those of tiers. */
  readonly policies: readonly ObservedPolicy[];
  readonly profiles: readonly ObservedPolicy[];
}

export interface ObservedPolicy {
  readonly ref: PolicyRef;
  /** `maybe`: it is open whether the policy selects the endpoint. */
  readonly selects: Ternary;
  /** Whether it counts in the scope; `null` = the walk ended before it. */
  readonly counts: Ternary | null;
  readonly rules: readonly ObservedRule[];
}

export interface ObservedRule {
  readonly action: RuleAction | 'unknown';
  /** `null` = it was not asked. */
  readonly answer: Ternary | null;
  /** Of a rule that was asked. */
  readonly criteria: readonly Criterion[];
}

/**
 * Evaluates as `evaluate` does, by the same walk, and writes down what it asked. For people: it is many times
 * slower.
 */
export function observe(
  policies: Policies,
  facts: Facts,
  scope: PolicyScope,
  knowledge: Knowledge,
): Observation {
  const { tables } = policies;
  const { subject, connection } = connectionOf(tables, facts, knowledge);
  const members = new ObservedMembers(policies, scope);
  const matcher = new ObservedMatcher(tables.rules, connection);
  const evaluation = new Walk(policies, facts.direction, { subject, members, matcher }).run();
  const notes = new Notes(policies, connection, { members, matcher });
  const isIngress = facts.direction === 'ingress';
  const own = tables.policies;
  const [starts, ends] = isIngress
    ? [own.ingressStart, own.ingressEnd]
    : [own.egressStart, own.egressEnd];
  return {
    evaluation,
    policies: Array.from(subject.policies[facts.direction], (entry) => {
      const policy = entry >> 1;
      return {
        ...notes.of(policy, [starts[policy] ?? 0, ends[policy] ?? 0]),
        selects: (entry & 1) === 0 ? YES : MAYBE,
      };
    }),
    profiles: profilesOf(subject, policies, { notes, isIngress }),
  };
}

class ObservedMembers extends ScopeMembers {
  readonly seen = new Map<number, Ternary>();

  override includes(policy: number): Ternary {
    const answer = super.includes(policy);
    this.seen.set(policy, answer);
    return answer;
  }
}

class ObservedMatcher extends RuleMatcher {
  readonly seen = new Map<number, Ternary>();

  override matches(rule: number): Ternary {
    const answer = super.matches(rule);
    this.seen.set(rule, answer);
    return answer;
  }
}

interface Observers {
  readonly members: ObservedMembers;
  readonly matcher: ObservedMatcher;
}

type Range = readonly [start: number, end: number];

/** What was written down on a walk, by policy and rule. */
class Notes {
  readonly #policies: Policies;
  readonly #connection: Connection;
  readonly #observers: Observers;

  constructor(policies: Policies, connection: Connection, observers: Observers) {
    this.#policies = policies;
    this.#connection = connection;
    this.#observers = observers;
  }

  of(policy: number, range: Range): Omit<ObservedPolicy, 'selects'> {
    const ref = this.#policies.refs[policy];
    if (ref === undefined) throw new RangeError(`no policy ${policy}`);
    const counts = this.#observers.members.seen.get(policy) ?? null;
    return { ref, counts, rules: this.rulesIn(range) };
  }

  rulesIn([start, end]: Range): readonly ObservedRule[] {
    return Array.from({ length: end - start }, (_, place) => this.#rule(start + place));
  }

  #rule(rule: number): ObservedRule {
    const { matcher } = this.#observers;
    const { tables } = this.#policies;
    const action = actionNames[matcher.actionOf(rule)] ?? 'unknown';
    const answer = matcher.seen.get(rule) ?? null;
    const criteria = answer === null ? [] : criteriaOf(tables, rule, this.#connection);
    return { action, answer, criteria };
  }
}

/** `null` lists are unknown. Of lists one of which holds, all are told. */
function profilesOf(
  { profiles }: Reading,
  { tables }: Policies,
  { notes, isIngress }: { readonly notes: Notes; readonly isIngress: boolean },
): readonly ObservedPolicy[] {
  const own = tables.profiles;
  const [starts, ends] = isIngress
    ? [own.ingressStart, own.ingressEnd]
    : [own.egressStart, own.egressEnd];
  const uses = new Map((profiles ?? []).flat().map((use) => [use.policy.name, use]));
  return [...uses.values()].map(({ policy, row }) => {
    const rules = notes.rulesIn([starts[row] ?? 0, ends[row] ?? 0]);
    const isAsked = rules.some(({ answer }) => answer !== null);
    return { ref: policy, selects: YES, counts: isAsked ? YES : NO, rules };
  });
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets which they are
const actionNames = Object.keys(RuleActionCode) as (keyof typeof RuleActionCode)[];
