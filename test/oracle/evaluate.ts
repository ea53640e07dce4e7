import type { Direction, HitAction, Verdict } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { END_OF_TIER, PROFILE_TIER, type PolicyHit, type PolicyRef } from '../../src/policy/hit.ts';
import type { Policy, Rule, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import { tierLists, type TierList } from './policies.ts';
import { ruleMatches, type Connection } from './rule.ts';
import { profileNamed, type View } from './world-view.ts';

/** What is judged: the connection's end on this endpoint. */
export interface Question {
  readonly connection: Connection;
  /** Egress at the source, ingress at the destination (semantics 5.1). */
  readonly direction: Direction;
  readonly endpoint: WorkloadEndpoint;
  readonly scope: PolicyScope;
}

export type Answer =
  | { readonly status: 'decided'; readonly verdict: Verdict; readonly trace: readonly PolicyHit[] }
  | { readonly status: 'failed' };

/** The evaluation, step by step (semantics 5.3). `isMissing` names policies that the store has lost. */
export function evaluateSlowly(
  question: Question,
  view: View,
  isMissing: (policy: Policy) => boolean = () => false,
): Answer {
  const { endpoint, direction, scope, connection } = question;
  const trace: PolicyHit[] = [];
  for (const tier of tierLists(endpoint, { direction, scope }, view)) {
    const step = walkTier(tier, { connection, direction, view, isMissing });
    if (step === 'failed') return { status: 'failed' };
    trace.push({ ...step, policyIndex: trace.length });
    if (step.action !== 'pass') return { status: 'decided', verdict: step.action, trace };
  }
  return walkProfiles(question, view, trace);
}

type Step = Omit<PolicyHit, 'policyIndex'>;

interface Walk {
  readonly connection: Connection;
  readonly direction: Direction;
  readonly view: View;
  readonly isMissing: (policy: Policy) => boolean;
}

function walkTier(tier: TierList, walk: Walk): Step | 'failed' {
  for (const policy of tier.policies) {
    if (walk.isMissing(policy)) return 'failed';
    const rules = walk.direction === 'ingress' ? policy.ingressRules : policy.egressRules;
    const decided = firstDecision(rules, walk);
    if (decided === 'failed') return 'failed';
    if (decided !== null) return { policy: refOf(policy), ...decided };
    // DIV-09: the first policy that does not match needs the tier's default action.
    if (tier.defaultAction === null) return 'failed';
  }
  const [owner] = tier.policies;
  if (owner === undefined || tier.defaultAction === null)
    throw new Error('an empty tier was walked');
  return { policy: refOf(owner), action: tier.defaultAction, ruleIndex: END_OF_TIER };
}

interface Decision {
  readonly action: HitAction;
  readonly ruleIndex: number;
}

/** The first rule that matches and is not Log (semantics 4.8); DIV-10 for an action that is none. */
function firstDecision(
  rules: readonly Rule[],
  { connection, view }: Pick<Walk, 'connection' | 'view'>,
): Decision | null | 'failed' {
  for (const [ruleIndex, rule] of rules.entries()) {
    if (rule.action === 'log' || !ruleMatches(rule, connection, view)) continue;
    return rule.action === 'unknown' ? 'failed' : { action: rule.action, ruleIndex };
  }
  return null;
}

function walkProfiles(
  { endpoint, direction, connection }: Question,
  view: View,
  trace: readonly PolicyHit[],
): Answer {
  const policyIndex = trace.length;
  if (endpoint.profiles.length === 0) {
    const policy = profileRef(PROFILE_TIER);
    const hit: PolicyHit = { policy, action: 'deny', policyIndex, ruleIndex: END_OF_TIER };
    return { status: 'decided', verdict: 'deny', trace: [...trace, hit] };
  }
  for (const name of endpoint.profiles) {
    const profile = profileNamed(name, view);
    const rules = direction === 'ingress' ? profile.ingressRules : profile.egressRules;
    const decided = firstDecision(rules, { connection, view });
    if (decided === 'failed') return { status: 'failed' };
    if (decided === null) continue;
    const verdict = decided.action === 'allow' ? 'allow' : 'deny';
    const hit = { ...decided, policy: profileRef(name), action: verdict, policyIndex } as const;
    return { status: 'decided', verdict, trace: [...trace, hit] };
  }
  return { status: 'decided', verdict: 'deny', trace };
}

function refOf({ kind, namespace, name, tier }: Policy): PolicyRef {
  return { kind, namespace, name, tier };
}

function profileRef(name: string): PolicyRef {
  return { kind: 'Profile', namespace: '', name, tier: PROFILE_TIER };
}
