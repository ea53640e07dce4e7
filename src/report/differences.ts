import type { Difference } from './answer.ts';
import { FlipGroups } from './groups.ts';
import type { Sighting } from './sighting.ts';

/** What the policies make of flows that others, taken for comparison, make something else of. */
export class Differences {
  readonly flows: Record<Difference['kind'], number> = {
    'newly-denied': 0,
    'newly-allowed': 0,
    open: 0,
    same: 0,
  };
  readonly groups: FlipGroups;

  constructor(groupsMax: number) {
    this.groups = new FlipGroups(groupsMax);
  }

  /** Compares what becomes of the flows once everything staged is enforced, under either set. */
  add({ answer, conversation, sample, ...counts }: Sighting): void {
    const { difference, direction } = answer;
    if (difference === null) return;
    const { kind, rule } = difference;
    this.flows[kind] += counts.flows;
    if (kind === 'open' || kind === 'same' || direction === null) return;
    const whose = { isAlone: false, isTogether: true };
    this.groups.add({ ...counts, ...whose, sample, direction, flip: kind, conversation, rule });
  }
}
