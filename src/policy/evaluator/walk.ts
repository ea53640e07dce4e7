// (hot) Measured by bench/micro/evaluate.bench.ts.
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import type { Direction, HitAction } from '../actions.ts';
import { END_OF_TIER, PROFILE_TIER, type PolicyHit, type PolicyRef } from '../hit.ts';
import type { Policies } from '../index/policies.ts';
import type { Reading } from '../index/reading.ts';
import { RuleActionCode } from '../index/rule-layout.ts';
import { PolicyFlag, TierEnd, type IndexTables, type PolicyTables } from '../index/tables.ts';
import { Gap, LABEL_GAPS, type ScopeEvaluation } from './facts.ts';
import { asDestination, type RuleMatcher } from './rule-match.ts';
import type { ScopeMembers } from './scope.ts';

export interface WalkParts {
  readonly subject: Reading;
  readonly members: ScopeMembers;
  readonly matcher: RuleMatcher;
}

/**
 * One evaluation on its way through tiers, policies and rules (semantics 5.3). Where it is open whether a
 * policy or a rule applies, some possibilities go one way and some another; all of them are followed at once.
 */
export class Walk {
  readonly #tables: IndexTables;
  readonly #policies: PolicyTables;
  readonly #refs: readonly PolicyRef[];
  readonly #direction: Direction;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #subject: Reading;
  readonly #members: ScopeMembers;
  readonly #matcher: RuleMatcher;
  readonly #trace: PolicyHit[] = [];
  /** Bits of the outcomes that some possibility has come to. */
  #outcomes = 0;
  #gaps = 0;
  #labelQuestion = NO_QUESTION;
  /** All possibilities have gone the same way so far, so that `#trace` is complete. */
  #isCertain = true;
  /** Some possibility stands at the current policy; some has passed on to the next tier. */
  #isHere = true;
  #hasPassed = false;
  /** The first policy of the tier that certainly counts and certainly decided nothing; -1 = none yet. */
  #owner = NOBODY;
  /** Some policy before the owner only may count, for what these gaps leave open. */
  #hasEarlier = false;
  #earlierGaps = 0;
  #earlierQuestion = NO_QUESTION;

  constructor(policies: Policies, direction: Direction, parts: WalkParts) {
    const { tables } = policies;
    this.#tables = tables;
    this.#policies = tables.policies;
    this.#refs = policies.refs;
    this.#direction = direction;
    this.#starts =
      direction === 'ingress' ? tables.policies.ingressStart : tables.policies.egressStart;
    this.#ends = direction === 'ingress' ? tables.policies.ingressEnd : tables.policies.egressEnd;
    this.#subject = parts.subject;
    this.#members = parts.members;
    this.#matcher = parts.matcher;
  }

  run(): ScopeEvaluation {
    const { tier: tiers } = this.#policies;
    let tier = -1;
    for (const entry of this.#subject.policies[this.#direction]) {
      const policy = entry >> 1;
      const isIncluded = this.#members.includes(policy);
      if (isIncluded === NO) continue;
      if (tiers[policy] !== tier) {
        this.#endTier(tier);
        tier = tiers[policy]!;
      }
      if (this.#isHere) this.#ask(policy, isIncluded, (entry & 1) === 0);
      if (this.#isSettled()) return this.#finish();
    }
    this.#endTier(tier);
    if (this.#isHere && !this.#isSettled()) this.#askProfiles();
    return this.#finish();
  }

  #ask(policy: number, isIncluded: Ternary, isSelected: boolean): void {
    const applies = isSelected && isIncluded === YES;
    const doubt = applies ? 0 : this.#doubtOf(policy, isIncluded, isSelected);
    if ((this.#policies.flags[policy]! & PolicyFlag.anything) !== 0) {
      this.#outcomes |= ALLOWED | DENIED;
      this.#open(Gap.rejectedPolicy | doubt, policy * 2);
      return;
    }
    for (let rule = this.#starts[policy]!; rule < this.#ends[policy]!; rule++) {
      const matches = this.#matcher.matches(rule);
      if (matches === NO) continue;
      const action = this.#matcher.actionOf(rule);
      if (action === RuleActionCode.log) continue;
      const isDecided = matches === YES;
      if (!applies) this.#open(doubt, policy * 2);
      if (!isDecided) this.#open(this.#matcher.gapsOf(rule), rule * 2 + 1);
      this.#take(policy, rule - this.#starts[policy]!, action);
      if (!isDecided) continue;
      if (applies) this.#isHere = false;
      return;
    }
    this.#passBy(policy, applies, doubt);
  }

  /** A rule of the policy decides, at least for some possibilities. */
  #take(policy: number, rule: number, action: number): void {
    if (action === RuleActionCode.allow) {
      this.#hit(policy, rule, 'allow');
      this.#outcomes |= ALLOWED;
    } else if (action === RuleActionCode.deny) {
      this.#hit(policy, rule, 'deny');
      this.#outcomes |= DENIED;
    } else if (action === RuleActionCode.pass) {
      this.#hit(policy, rule, 'pass');
      this.#hasPassed = true;
    } else {
      this.#outcomes |= FAILED;
    }
  }

  /** No rule of the policy decided, at least for some possibilities. */
  #passBy(policy: number, applies: boolean, doubt: number): void {
    const isMissing =
      this.#tables.tiers.endAction[this.#policies.tier[policy]!] === TierEnd.missing;
    if (isMissing) {
      this.#outcomes |= FAILED;
      if (applies) this.#isHere = false;
      else this.#open(doubt, policy * 2);
    } else if (this.#owner === NOBODY) {
      if (applies) this.#owner = policy;
      else this.#missOwner(doubt, policy * 2);
    }
  }

  /** What is left in the tier comes to its end, or goes on where no policy of it counted. */
  #endTier(tier: number): void {
    const isOwned = this.#owner !== NOBODY;
    if (this.#isHere && (isOwned || this.#hasEarlier)) {
      if (this.#hasEarlier) this.#open(this.#earlierGaps, this.#earlierQuestion);
      const isPass = this.#tables.tiers.endAction[tier] === TierEnd.pass;
      this.#hit(this.#owner, END_OF_TIER, isPass ? 'pass' : 'deny');
      if (!isPass) {
        this.#outcomes |= DENIED;
        this.#isHere = !isOwned;
      }
    }
    this.#isHere ||= this.#hasPassed;
    this.#hasPassed = false;
    this.#owner = NOBODY;
    this.#hasEarlier = false;
    this.#earlierGaps = 0;
    this.#earlierQuestion = NO_QUESTION;
  }

  #missOwner(doubt: number, question: number): void {
    this.#hasEarlier = true;
    this.#earlierGaps |= doubt;
    if (this.#earlierQuestion < 0 && (doubt & LABEL_GAPS) !== 0) this.#earlierQuestion = question;
  }

  #askProfiles(): void {
    const { profiles } = this.#subject;
    if (profiles === null) {
      this.#open(Gap.namespaceLabels, NO_QUESTION);
      this.#outcomes |= ALLOWED | DENIED;
      return;
    }
    if (profiles.length > 1) this.#open(Gap.addressOwner, NO_QUESTION);
    for (const list of profiles) this.#askProfileList(list);
  }

  #askProfileList(profiles: NonNullable<Reading['profiles']>[number]): void {
    if (profiles.length === 0) this.#add({ policy: NO_PROFILE, action: 'deny', ruleIndex: -1 });
    for (const { policy, row } of profiles) {
      if (this.#askProfile(policy, row)) return;
    }
    // Profiles that are used up leave no hit (semantics DIV-08).
    this.#outcomes |= DENIED;
  }

  /** Whether the profile certainly decides. */
  #askProfile(profile: PolicyRef, row: number): boolean {
    const { profiles } = this.#tables;
    const isIngress = this.#direction === 'ingress';
    const start = (isIngress ? profiles.ingressStart : profiles.egressStart)[row]!;
    const end = (isIngress ? profiles.ingressEnd : profiles.egressEnd)[row]!;
    for (let rule = start; rule < end; rule++) {
      const matches = this.#matcher.matches(rule);
      const action = this.#matcher.actionOf(rule);
      if (matches === NO || action === RuleActionCode.log) continue;
      if (matches === MAYBE) this.#open(this.#matcher.gapsOf(rule), rule * 2 + 1);
      const isAllowed = action === RuleActionCode.allow;
      this.#outcomes |= isAllowed ? ALLOWED : DENIED;
      this.#add({ policy: profile, action: isAllowed ? 'allow' : 'deny', ruleIndex: rule - start });
      if (matches === YES) return true;
    }
    return false;
  }

  #hit(policy: number, ruleIndex: number, action: HitAction): void {
    const ref = this.#refs[policy];
    if (ref !== undefined) this.#add({ policy: ref, action, ruleIndex });
  }

  #add({ policy, action, ruleIndex }: Omit<PolicyHit, 'policyIndex'>): void {
    if (!this.#isCertain) return;
    this.#trace.push({ policy, action, policyIndex: this.#trace.length, ruleIndex });
  }

  /** From here on possibilities differ, for what a question (see `ScopeEvaluation`) leaves open. */
  #open(gaps: number, question: number): void {
    this.#isCertain = false;
    this.#gaps |= gaps;
    if (this.#labelQuestion < 0 && (gaps & LABEL_GAPS) !== 0) this.#labelQuestion = question;
  }

  #doubtOf(policy: number, isIncluded: Ternary, isSelected: boolean): number {
    const selection = isSelected ? 0 : this.#gapsOfSelection(policy);
    const gaps = this.#direction === 'ingress' ? asDestination(selection) : selection;
    return gaps | (isIncluded === YES ? 0 : Gap.rejectedPolicy);
  }

  /** Where nothing is open about any endpoint's labels, it is which of several endpoints is meant. */
  #gapsOfSelection(policy: number): number {
    const gaps = this.#subject.gapsOfSelection(this.#policies.selector[policy]!);
    return gaps === 0 ? Gap.addressOwner : gaps;
  }

  #isSettled(): boolean {
    return (
      (this.#outcomes & (ALLOWED | DENIED)) === (ALLOWED | DENIED) ||
      !(this.#isHere || this.#hasPassed)
    );
  }

  #finish(): ScopeEvaluation {
    const trace = this.#trace;
    const gaps = this.#gaps;
    const isTraceCertain = this.#isCertain;
    switch (this.#outcomes) {
      case ALLOWED:
        return { status: 'decided', verdict: 'allow', trace, isTraceCertain, gaps };
      case DENIED:
        return { status: 'decided', verdict: 'deny', trace, isTraceCertain, gaps };
      case FAILED:
        return { status: 'failed' };
      default:
        return {
          status: 'uncertain',
          trace,
          possible: ['allow', 'deny'],
          gaps,
          labelQuestion: this.#labelQuestion,
        };
    }
  }
}

const NOBODY = -1;
const NO_QUESTION = -1;
const ALLOWED = 1;
const DENIED = 2;
const FAILED = 4;

/** What Felix charges where an endpoint has no profiles. */
const NO_PROFILE: PolicyRef = {
  kind: 'Profile',
  namespace: '',
  name: PROFILE_TIER,
  tier: PROFILE_TIER,
};
