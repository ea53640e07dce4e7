import { addressesText, endText, serviceText } from '../../flow/flow-text.ts';
import type { Flow, FlowEnd } from '../../flow/flow.ts';
import { evaluate } from '../../flow/evaluate.ts';
import type { FlowEvaluation } from '../../flow/evaluation.ts';
import { judge } from '../../flow/judge.ts';
import { directionOf, questionOf } from '../../flow/question.ts';
import { reasons as reasonTable, type ReasonCode } from '../../flow/reasons.ts';
import type { Facts, Knowledge, ScopeEvaluation } from '../../policy/evaluator/facts.ts';
import { observe } from '../../policy/evaluator/observe.ts';
import { itemsAt, subjectsOf } from '../../policy/index/end-items.ts';
import { Policies } from '../../policy/index/policies.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { formatPolicyText } from '../../policy/policy-text.ts';
import type { Resources } from '../../policy/resources/model.ts';
import { elsewhere } from './elsewhere.ts';
import type {
  ConnectionWalk,
  Doubt,
  ExplainedEnd,
  Explanation,
  WalkVerdict,
} from './explanation.ts';
import { remedies } from './remedies.ts';
import { profileWalks, tierWalks, type KnownPolicy, type WalkContext } from './tier-walks.ts';

/** What flows are explained by: the compiled policies, and the same as they were written. */
export interface ExplainedBy {
  readonly index: PolicyIndex;
  readonly resources: Pick<Resources, 'policies' | 'inventory'>;
}

/** Connections of one flow that are followed, and different ways that are told. */
const FOLLOWED_MAX = 64;
const TOLD_MAX = 3;

/**
 * Tells one flow tier by tier: what the judge says of it, and for the connections that it may stand for every
 * policy and rule that the evaluator's own walk asked.
 */
export function explain(by: ExplainedBy, flow: Flow): Explanation {
  const { index } = by;
  const evaluation = judge(index, flow);
  const question = questionOf(index, flow);
  const pairs = typeof question === 'string' ? [] : (question.coarse.pairs ?? []);
  const doubts = reasonsOf(by.index, flow, evaluation).map(doubtOf);
  const knowledge = doubts.some(({ isAssumption }) => isAssumption) ? 'assuming' : 'strict';
  const follow = new Follower(by, flow, knowledge);
  const ways = new Map<string, ConnectionWalk>();
  for (const facts of pairs.slice(0, FOLLOWED_MAX)) {
    const walk = follow.walk(facts);
    const key = JSON.stringify({ ...walk, family: 0 });
    const known = ways.get(key);
    const isSame = known === undefined || known.family === walk.family;
    const connections = (known?.connections ?? 0) + 1;
    ways.set(key, { ...walk, connections, family: isSame ? walk.family : 0 });
  }
  const walks = [...ways.values()]
    .toSorted((one, other) => other.connections - one.connections)
    .slice(0, TOLD_MAX);
  const told = walks.reduce((sum, { connections }) => sum + connections, 0);
  return {
    flow: {
      source: endOf(flow.source),
      destination: endOf(flow.destination),
      service: serviceText(flow),
      local: localEnd(flow),
      action: flow.action,
    },
    evaluation,
    walks,
    untold: pairs.length - told,
    elsewhere: elsewhere(by, pairs, localNamespace(flow)),
    doubts,
  };
}

/** Follows connections of a flow through the policies. */
class Follower {
  readonly #flow: Flow;
  readonly #knowledge: Knowledge;
  readonly #policies: Policies;
  readonly #known: ReadonlyMap<string, KnownPolicy>;
  readonly #profiles: ReadonlyMap<string, Resources['inventory']['profiles'][number]>;

  constructor(by: ExplainedBy, flow: Flow, knowledge: Knowledge) {
    this.#flow = flow;
    this.#knowledge = knowledge;
    this.#policies = new Policies(by.index.tables, by.index.strings);
    const { policies, inventory } = by.resources;
    const written = new Map(policies.map((policy) => [formatPolicyText(policy), policy]));
    this.#known = new Map(
      by.index.policies.map((indexed) => {
        const name = formatPolicyText(indexed.ref);
        return [name, { indexed, written: written.get(name) ?? null }];
      }),
    );
    this.#profiles = new Map(inventory.profiles.map((profile) => [profile.name, profile]));
  }

  walk(facts: Facts): ConnectionWalk {
    const knowledge = this.#knowledge;
    const both = {
      enforced: observe(this.#policies, facts, 'enforced', knowledge),
      pending: observe(this.#policies, facts, 'pending', knowledge),
    };
    const family = facts.source.family === 0 ? facts.destination.family : facts.source.family;
    const context = this.#contextOf(facts, family);
    return {
      connections: 1,
      family,
      verdict: {
        enforced: verdictOf(both.enforced.evaluation),
        pending: verdictOf(both.pending.evaluation),
      },
      tiers: tierWalks(both, context),
      profiles: profileWalks(both, context),
    };
  }

  #contextOf({ direction, source, destination }: Facts, family: 0 | 4 | 6): WalkContext {
    const knowledge = this.#knowledge;
    const isIngress = direction === 'ingress';
    return {
      seen: {
        flow: this.#flow,
        family,
        source: itemsAt(source, knowledge),
        destination: itemsAt(destination, knowledge),
      },
      subjects: subjectsOf(isIngress ? destination : source, knowledge),
      isIngress,
      policyOf: (ref) => this.#known.get(formatPolicyText(ref)) ?? null,
      profileRules: (name) => {
        const profile = this.#profiles.get(name);
        if (profile === undefined) return null;
        return isIngress ? profile.ingressRules : profile.egressRules;
      },
    };
  }
}

/** What the pending answer rests on or lacks, and then what the enforced one lacks. */
function reasonsOf(
  index: PolicyIndex,
  flow: Flow,
  { reasons, enforcedVerdict }: FlowEvaluation,
): readonly ReasonCode[] {
  const enforced = enforcedVerdict === null ? evaluate(index, flow, 'enforced') : null;
  const isOpen = enforced !== null && enforced.status === 'uncertain';
  return [...new Set([...reasons, ...(isOpen ? enforced.reasons : [])])];
}

function verdictOf(evaluation: ScopeEvaluation): WalkVerdict {
  if (evaluation.status === 'decided') return evaluation.verdict;
  return evaluation.status === 'failed' ? 'failed' : 'open';
}

function doubtOf(reason: Doubt['reason']): Doubt {
  const { assumed, means } = reasonTable[reason];
  return { reason, isAssumption: assumed, means, remedy: remedies[reason] };
}

function endOf(end: FlowEnd): ExplainedEnd {
  const labels =
    end.labels === null ? null : [...end.labels].map(([key, value]) => `${key}=${value}`);
  return { name: endText(end), labels, addresses: addressesText(end) };
}

function localEnd(flow: Flow): Explanation['flow']['local'] {
  const direction = directionOf(flow);
  if (direction === null) return null;
  return direction === 'egress' ? 'source' : 'destination';
}

function localNamespace(flow: Flow): string | null {
  const local = localEnd(flow);
  return local === null ? null : flow[local].namespace;
}
