import type { Observation, ObservedPolicy } from '../../policy/evaluator/observe.ts';
import type { EndItem } from '../../policy/index/end-items.ts';
import type { IndexedPolicy } from '../../policy/index/policies.ts';
import { formatPolicyText } from '../../policy/policy-text.ts';
import { plainSelector, ruleFields } from '../../policy/rule-fields.ts';
import type { Policy, Rule } from '../../policy/resources/model.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { because } from './because.ts';
import { failedCriterion, type SeenFlow } from './criterion-facts.ts';
import type { BothScopes, PolicyAnswer, PolicyWalk, RuleWalk, TierWalk } from './explanation.ts';

/** One policy as it was written and as it was compiled. */
export interface KnownPolicy {
  readonly written: Policy | null;
  readonly indexed: IndexedPolicy;
}

export interface WalkContext {
  readonly seen: SeenFlow;
  /** Whoever the evaluated endpoint may be. */
  readonly subjects: readonly EndItem[];
  readonly isIngress: boolean;
  readonly policyOf: (ref: ObservedPolicy['ref']) => KnownPolicy | null;
  readonly profileRules: (name: string) => readonly Rule[] | null;
}

type Observations = BothScopes<Observation>;

/** Both walks through the tiers, side by side. */
export function tierWalks(both: Observations, context: WalkContext): readonly TierWalk[] {
  const answers = { enforced: answersOf(both.enforced), pending: answersOf(both.pending) };
  const rows = both.enforced.policies.flatMap((enforced, place) => {
    const pending = both.pending.policies[place];
    if (pending === undefined) return [];
    const answer = {
      enforced: answers.enforced[place] ?? 'unreached',
      pending: answers.pending[place] ?? 'unreached',
    };
    return [{ tier: enforced.ref.tier, walk: policyWalk({ enforced, pending }, answer, context) }];
  });
  const byTier = Map.groupBy(rows, ({ tier }) => tier);
  return [...byTier].map(([tier, policies]) => ({
    tier,
    policies: policies.map(({ walk }) => walk),
    end: { enforced: endOf(both.enforced, tier), pending: endOf(both.pending, tier) },
  }));
}

/** The profiles behind the last tier. */
export function profileWalks(both: Observations, context: WalkContext): readonly PolicyWalk[] {
  return both.enforced.profiles.flatMap((enforced, place) => {
    const pending = both.pending.profiles[place];
    if (pending === undefined) return [];
    const written = context.profileRules(enforced.ref.name);
    return {
      policy: formatPolicyText(enforced.ref),
      stagedAction: null,
      selects: 'yes',
      selector: '',
      because: '',
      note: '',
      answer: { enforced: profileAnswer(enforced), pending: profileAnswer(pending) },
      rules: ruleWalks({ enforced, pending }, written, context),
    } satisfies PolicyWalk;
  });
}

function profileAnswer(profile: ObservedPolicy): PolicyAnswer {
  return profile.counts === YES ? ruleAnswer(profile) : 'unreached';
}

function policyWalk(
  both: BothScopes<ObservedPolicy>,
  answer: BothScopes<PolicyAnswer>,
  context: WalkContext,
): PolicyWalk {
  const { ref, selects } = both.enforced;
  const known = context.policyOf(ref);
  const written = known?.written ?? null;
  const rules = context.isIngress ? written?.ingressRules : written?.egressRules;
  return {
    policy: formatPolicyText(ref),
    stagedAction: known?.indexed.stagedAction ?? null,
    selects: selects === YES ? 'yes' : 'maybe',
    ...selectionOf(written, context.subjects),
    note: both.pending.counts === NO ? whyAbsent(known) : '',
    answer,
    rules: ruleWalks(both, rules ?? null, context),
  };
}

function selectionOf(
  written: Policy | null,
  subjects: readonly EndItem[],
): Pick<PolicyWalk, 'selector' | 'because'> {
  if (written === null) return { selector: '', because: '' };
  const { selector } = written;
  return { selector: plainSelector(selector), because: because(selector, subjects) };
}

/** Why a policy does not count though everything staged does. */
function whyAbsent(known: KnownPolicy | null): string {
  const indexed = known?.indexed;
  if (indexed === undefined) return '';
  if (indexed.isStaged) return `it says stagedAction: ${indexed.stagedAction ?? 'Set'}`;
  const { namesake } = indexed;
  return namesake === null ? '' : `${formatPolicyText(namesake)} takes its place, or deletes it`;
}

function ruleWalks(
  { enforced, pending }: BothScopes<ObservedPolicy>,
  written: readonly Rule[] | null,
  { seen }: WalkContext,
): readonly RuleWalk[] {
  return enforced.rules.map((one, rule): RuleWalk => {
    const other = pending.rules[rule];
    const source = written?.[rule];
    const fields = source === undefined ? [] : ruleFields(source);
    const criteria = one.criteria.length > 0 ? one.criteria : (other?.criteria ?? []);
    return {
      rule,
      action: one.action,
      asks: fields.map(([path, text]) => `${path}: ${text}`),
      answer: { enforced: word(one.answer), pending: word(other?.answer ?? null) },
      failed:
        source === undefined ? null : failedCriterion(criteria, { rule: source, fields }, seen),
    };
  });
}

function word(answer: Ternary | null): RuleWalk['answer']['enforced'] {
  if (answer === null) return null;
  if (answer === YES) return 'yes';
  return answer === MAYBE ? 'maybe' : 'no';
}

/** What each policy did, in order. Behind one that certainly decides its tier is left. */
function answersOf({ policies }: Observation): readonly PolicyAnswer[] {
  let tier = '';
  let isLeft = false;
  return policies.map((policy) => {
    if (policy.ref.tier !== tier) isLeft = false;
    tier = policy.ref.tier;
    if (policy.counts === null) return 'unreached';
    if (policy.counts === NO) return 'absent';
    if (isLeft) return 'unreached';
    const answer = ruleAnswer(policy);
    const isCertain = policy.selects === YES && policy.counts === YES;
    if (!isCertain) return 'open';
    isLeft = answer !== 'no-rule' && answer !== 'open';
    return answer;
  });
}

/** The action of the first rule that certainly matches, unless one before it may. */
function ruleAnswer({ rules }: ObservedPolicy): PolicyAnswer {
  const deciding = rules.filter(({ action }) => action !== 'log');
  const first = deciding.find(({ answer }) => answer === YES || answer === MAYBE);
  if (first === undefined) return 'no-rule';
  return first.answer === YES ? first.action : 'open';
}

function endOf({ evaluation }: Observation, tier: string): 'deny' | 'pass' | null {
  if (evaluation.status === 'failed') return null;
  const end = evaluation.trace.find((hit) => hit.policy.tier === tier && hit.ruleIndex === -1);
  return end === undefined || end.action === 'allow' ? null : end.action;
}
