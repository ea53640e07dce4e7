import type { Direction } from '../policy/actions.ts';
import type { Conversation } from './conversation.ts';
import type { DecidingRule, FlipKind } from './flips.ts';
import { addSpan, addVolume, noSpan, noVolume, type Span, type Volume } from './volume.ts';

/** Flows that flip alike. */
export interface FlipGroup extends Volume, Span {
  readonly flip: FlipKind;
  readonly conversation: Conversation;
  /** The end that reported the flows, whose policies were asked. */
  readonly direction: Direction;
  readonly rule: DecidingRule | null;
  /** Of the flows, those that flip by this policy alone, and by all together. */
  alone: number;
  together: number;
  /** A record of the group, as `flows.ndjson:17`. */
  readonly sample: string;
}

/** What is added to a group. */
export interface GroupEntry extends Readonly<Volume>, Readonly<Span> {
  readonly flip: FlipKind;
  readonly conversation: Conversation;
  readonly direction: Direction;
  readonly rule: DecidingRule | null;
  readonly isAlone: boolean;
  readonly isTogether: boolean;
  readonly sample: string;
}

/** One conversation that flips, as both of its ends saw it: a group for each end and rule. */
export class Talk {
  readonly flip: FlipKind;
  readonly groups: FlipGroup[] = [];

  constructor(flip: FlipKind) {
    this.flip = flip;
  }

  add(entry: GroupEntry): void {
    const group = this.#groupOf(entry);
    addVolume(group, entry);
    addSpan(group, entry);
    if (entry.isAlone) group.alone += entry.flows;
    if (entry.isTogether) group.together += entry.flows;
  }

  /** Every record, but each connection once. */
  once(): Volume {
    return onceOf(this.groups);
  }

  /** What the other groups come to if these are told one by one. */
  beside(shown: ReadonlySet<FlipGroup>): Volume {
    const [all, told] = [this.once(), onceOf(this.groups.filter((group) => shown.has(group)))];
    return {
      flows: all.flows - told.flows,
      connections: all.connections - told.connections,
      bytes: all.bytes - told.bytes,
    };
  }

  #groupOf({ flip, conversation, direction, rule, sample }: GroupEntry): FlipGroup {
    const known = this.groups.find(
      (group) => group.direction === direction && areSame(group.rule, rule),
    );
    if (known !== undefined) return known;
    const nothing = { ...noVolume(), ...noSpan(), alone: 0, together: 0 };
    const group = { ...nothing, flip, conversation, direction, rule, sample };
    this.groups.push(group);
    return group;
  }
}

function onceOf(groups: readonly FlipGroup[]): Volume {
  const ends: Record<Direction, Volume> = { egress: noVolume(), ingress: noVolume() };
  for (const group of groups) addVolume(ends[group.direction], group);
  const { egress, ingress } = ends;
  return {
    flows: egress.flows + ingress.flows,
    connections: Math.max(egress.connections, ingress.connections),
    bytes: Math.max(egress.bytes, ingress.bytes),
  };
}

function areSame(one: DecidingRule | null, other: DecidingRule | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.rule === other.rule &&
    one.policy.kind === other.policy.kind &&
    one.policy.namespace === other.policy.namespace &&
    one.policy.name === other.policy.name
  );
}
