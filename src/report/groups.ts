import type { Direction } from '../policy/actions.ts';
import { conversationKey, type Conversation } from './conversation.ts';
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

/** Groups that are not told one by one. */
export interface RestOfGroups extends Readonly<Volume> {
  readonly flip: FlipKind;
}

/**
 * Groups of flips, most important first: those of most connections. No more than twice `groupsMax` are held;
 * then the least important half is added to the rest. A group that comes again after that counts from
 * there, so that sums are always exact and a group's own count never too high.
 *
 * A connection that both of its ends report is one connection: of a conversation the end counts that saw
 * more of them. `flows` are records, one decision at one end each.
 */
export class FlipGroups {
  readonly #groupsMax: number;
  #talks = new Map<string, Talk>();
  readonly #rest = new Map<FlipKind, Talk>();

  constructor(groupsMax: number) {
    this.#groupsMax = groupsMax;
  }

  add(entry: GroupEntry): void {
    const { flip, conversation } = entry;
    const key = `${flip} ${conversationKey(conversation)}`;
    let talk = this.#talks.get(key);
    if (talk === undefined) {
      if (this.#talks.size >= 2 * this.#groupsMax) this.#shrink();
      talk = new Talk(flip);
      this.#talks.set(key, talk);
    }
    talk.add(entry);
  }

  /** All flips of one kind: connections and bytes once for both ends. */
  total(flip: FlipKind): Volume {
    const sum = noVolume();
    for (const talk of this.#talks.values()) if (talk.flip === flip) addVolume(sum, talk.once());
    addVolume(sum, this.#rest.get(flip)?.once() ?? noVolume());
    return sum;
  }

  /** The most important groups, at most so many, and the rest of each kind where there is one. */
  top(count: number): { readonly groups: readonly FlipGroup[]; readonly rest: RestOfGroups[] } {
    const all = [...this.#talks.values()].flatMap((talk) => talk.groups()).toSorted(byImportance);
    const left = new Map<FlipKind, Talk>();
    for (const [flip, talk] of this.#rest) left.set(flip, talk.copy());
    for (const group of all.slice(count)) {
      const talk = left.get(group.flip) ?? new Talk(group.flip);
      talk.addVolume(group.direction, group);
      left.set(group.flip, talk);
    }
    const rest = [...left.values()].map((talk) => ({ flip: talk.flip, ...talk.once() }));
    return { groups: all.slice(0, count), rest };
  }

  #shrink(): void {
    const sorted = [...this.#talks].toSorted(
      ([, one], [, other]) => other.once().connections - one.once().connections,
    );
    this.#talks = new Map(sorted.slice(0, this.#groupsMax));
    for (const [, talk] of sorted.slice(this.#groupsMax)) {
      const rest = this.#rest.get(talk.flip) ?? new Talk(talk.flip);
      this.#rest.set(talk.flip, rest);
      for (const group of talk.groups()) rest.addVolume(group.direction, group);
    }
  }
}

/** One conversation, or the rest of them, as both of its ends saw it. */
class Talk {
  readonly flip: FlipKind;
  readonly #ends: Record<Direction, Volume> = { egress: noVolume(), ingress: noVolume() };
  readonly #groups = new Map<string, FlipGroup>();

  constructor(flip: FlipKind) {
    this.flip = flip;
  }

  add(entry: GroupEntry): void {
    this.addVolume(entry.direction, entry);
    const { flip, conversation, direction, rule, sample } = entry;
    const key = `${direction} ${ruleKey(rule)}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      const nothing = { ...noVolume(), ...noSpan(), alone: 0, together: 0 };
      group = { ...nothing, flip, conversation, direction, rule, sample };
      this.#groups.set(key, group);
    }
    addVolume(group, entry);
    addSpan(group, entry);
    if (entry.isAlone) group.alone += entry.flows;
    if (entry.isTogether) group.together += entry.flows;
  }

  addVolume(direction: Direction, volume: Readonly<Volume>): void {
    addVolume(this.#ends[direction], volume);
  }

  groups(): readonly FlipGroup[] {
    return [...this.#groups.values()];
  }

  /** Every record, but each connection once. */
  once(): Volume {
    const { egress, ingress } = this.#ends;
    return {
      flows: egress.flows + ingress.flows,
      connections: Math.max(egress.connections, ingress.connections),
      bytes: Math.max(egress.bytes, ingress.bytes),
    };
  }

  copy(): Talk {
    const copy = new Talk(this.flip);
    copy.addVolume('egress', this.#ends.egress);
    copy.addVolume('ingress', this.#ends.ingress);
    return copy;
  }
}

function ruleKey(rule: DecidingRule | null): string {
  if (rule === null) return '';
  const { kind, namespace, name } = rule.policy;
  return `${kind} ${namespace}/${name} ${rule.rule}`;
}

function byImportance(one: FlipGroup, other: FlipGroup): number {
  return (
    kindOrder[one.flip] - kindOrder[other.flip] ||
    other.connections - one.connections ||
    other.flows - one.flows ||
    compare(conversationKey(one.conversation), conversationKey(other.conversation)) ||
    compare(one.direction, other.direction)
  );
}

/** What is cut matters more than what is let in. */
const kindOrder: Readonly<Record<FlipKind, number>> = { 'newly-denied': 0, 'newly-allowed': 1 };

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
