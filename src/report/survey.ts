import type { Change } from '../flow/evaluation.ts';
import type { ReasonCode } from '../flow/reasons.ts';
import { formatPolicyText } from '../policy/policy-text.ts';
import { Differences } from './differences.ts';
import type { FlowEffects } from './flips.ts';
import type { ReportLimits } from './limits.ts';
import { PolicyCounts } from './policy-counts.ts';
import type { Sighting } from './sighting.ts';
import { addSpan, noSpan, type Span } from './volume.ts';

export interface SurveyOptions {
  readonly limits: ReportLimits;
  /** How many staged policies share the groups. */
  readonly policies: number;
}

/** Adds up what the policies say of flows. What is kept does not grow with their number. */
export class Survey {
  readonly changes: Record<Change, number> = {
    'newly-denied': 0,
    'newly-allowed': 0,
    uncertain: 0,
    unchanged: 0,
    'not-evaluated': 0,
  };
  /** Flips that staged policies cause, each record once; no drift. */
  readonly caused = { newlyDenied: 0, newlyAllowed: 0, uncertain: 0 };
  /** What all staged policies together do to flows that any of them could touch. */
  readonly together = { newlyDenied: 0, newlyAllowed: 0, breaking: 0, open: 0 };
  /** Of flows that are uncertain or not evaluated. */
  readonly reasons = new Map<ReasonCode, number>();
  readonly span: Span = noSpan();
  readonly differences: Differences;
  readonly #policies = new Map<string, PolicyCounts>();
  readonly #groupsEach: number;

  constructor({ limits, policies }: SurveyOptions) {
    this.#groupsEach = groupsEach(limits, policies);
    this.differences = new Differences(this.#groupsEach);
  }

  /** Conversation after conversation: see `FlipGroups`. */
  add(sighting: Sighting): void {
    this.#addFlows(sighting);
    for (const effect of sighting.answer.effects.policies) {
      this.of(formatPolicyText(effect.policy)).add(effect, sighting);
    }
    this.differences.add(sighting);
  }

  /** What was said of a staged policy. */
  of(policyText: string): PolicyCounts {
    const known = this.#policies.get(policyText);
    if (known !== undefined) return known;
    const counts = new PolicyCounts(this.#groupsEach);
    this.#policies.set(policyText, counts);
    return counts;
  }

  #addFlows(sighting: Sighting): void {
    const { flows } = sighting;
    const { change, reasons, effects } = sighting.answer;
    addSpan(this.span, sighting);
    this.changes[change] += flows;
    this.#addEffects(effects, flows);
    if (change !== 'uncertain' && change !== 'not-evaluated') return;
    for (const reason of reasons) {
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + flows);
    }
  }

  #addEffects(effects: FlowEffects, flows: number): void {
    const { caused, together } = this;
    if (effects.isNewlyDenied) caused.newlyDenied += flows;
    if (effects.isNewlyAllowed) caused.newlyAllowed += flows;
    if (effects.isUncertain) caused.uncertain += flows;
    if (effects.together === 'newly-denied') together.newlyDenied += flows;
    if (effects.together === 'newly-allowed') together.newlyAllowed += flows;
    if (effects.isTogetherBreaking) together.breaking += flows;
    if (effects.policies.length > 0 && effects.togetherCertainty !== 'certain') {
      together.open += flows;
    }
  }
}

/** Twice as many may be held for a while. */
function groupsEach({ reportGroups, reportRows }: ReportLimits, policies: number): number {
  return Math.max(10, Math.min(10 * reportRows, Math.floor(reportGroups / (2 * (policies + 1)))));
}
