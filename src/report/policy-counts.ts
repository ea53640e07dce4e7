import type { Certainty } from '../flow/evaluation.ts';
import type { ReasonCode } from '../flow/reasons.ts';
import type { FlipKind, PolicyEffect } from './flips.ts';
import { FlipGroups } from './groups.ts';
import type { Sighting } from './sighting.ts';
import { addSpan, noSpan, type Span } from './volume.ts';

/** What flows say of one staged policy. Counts are of records. */
export class PolicyCounts {
  readonly flows: Record<Certainty, number> = { certain: 0, assumed: 0, uncertain: 0 };
  readonly alone: Record<FlipKind, number> = { 'newly-denied': 0, 'newly-allowed': 0 };
  readonly together: Record<FlipKind, number> = { 'newly-denied': 0, 'newly-allowed': 0 };
  /** Denied alone; allowed says the record, denied already say the enforced policies that are loaded. */
  drifting = 0;
  /** Of the flows that are not certain. */
  readonly reasons = new Map<ReasonCode, number>();
  readonly span: Span = noSpan();
  /** A record that is not certain, as `flows.ndjson:17`; `null` = all are. */
  openSample: string | null = null;
  readonly groups: FlipGroups;

  constructor(groupsMax: number) {
    this.groups = new FlipGroups(groupsMax);
  }

  add(effect: PolicyEffect, sighting: Sighting): void {
    const { flows, sample, answer } = sighting;
    this.flows[effect.certainty] += flows;
    addSpan(this.span, sighting);
    if (effect.isDrift) this.drifting += flows;
    if (effect.certainty !== 'certain') {
      this.openSample ??= sample;
      for (const reason of answer.reasons) {
        this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + flows);
      }
    }
    this.#addFlips(effect, sighting);
  }

  #addFlips(effect: PolicyEffect, sighting: Sighting): void {
    const { alone, together, rule } = effect;
    const { flows, connections, bytes, firstMs, lastMs, sample, conversation } = sighting;
    const { direction } = sighting.answer;
    if (alone !== null) this.alone[alone] += flows;
    if (together !== null) this.together[together] += flows;
    if (direction === null) return;
    for (const flip of new Set([alone, together])) {
      if (flip === null) continue;
      this.groups.add({
        flows,
        connections,
        bytes,
        firstMs,
        lastMs,
        direction,
        rule,
        sample,
        flip,
        conversation,
        isAlone: alone === flip,
        isTogether: together === flip,
      });
    }
  }
}
