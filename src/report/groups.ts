import { conversationKey, type Conversation } from './conversation.ts';
import type { FlipKind } from './flips.ts';
import { Talk, type FlipGroup, type GroupEntry } from './talk.ts';
import { addVolume, noVolume, type Volume } from './volume.ts';

/** Groups that are not told one by one. */
export interface RestOfGroups extends Readonly<Volume> {
  readonly flip: FlipKind;
}

/**
 * Groups of flips, most important first: those of most connections. No more than the conversations that are twice
 * `groupsMax` are held; then the least important half is added to the rest.
 *
 * A connection that both of its ends report is one connection: of a conversation the end counts that saw
 * more of them. `flows` are records, one decision at one end each. Entries come conversation after conversation, so that
 * both ends are known of all but the last. One that is dropped and comes again begins anew: what one end reported before
 * and the other after that counts twice, so that sums are never too low.
 */
export class FlipGroups {
  readonly #groupsMax: number;
  #talks = new Map<string, Talk>();
  readonly #rest = new Map<FlipKind, Volume>();

  constructor(groupsMax: number) {
    this.#groupsMax = groupsMax;
  }

  add(entry: GroupEntry): void {
    const { flip, conversation } = entry;
    const key = keyOf(flip, conversation);
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
    addVolume(sum, this.#rest.get(flip) ?? noVolume());
    return sum;
  }

  /** The most important groups, at most so many, and the rest of each kind where there is one. */
  top(count: number): { readonly groups: readonly FlipGroup[]; readonly rest: RestOfGroups[] } {
    const all = [...this.#talks.values()].flatMap((talk) => talk.groups).toSorted(byImportance);
    const groups = all.slice(0, count);
    const shown = new Set(groups);
    const left = new Map([...this.#rest].map(([flip, volume]) => [flip, { ...volume }]));
    for (const talk of this.#talks.values()) {
      if (talk.groups.some((group) => !shown.has(group))) {
        addTo(left, talk.flip, talk.beside(shown));
      }
    }
    return { groups, rest: [...left].map(([flip, volume]) => ({ flip, ...volume })) };
  }

  #shrink(): void {
    const sorted = [...this.#talks].toSorted(
      ([, one], [, other]) => other.once().connections - one.once().connections,
    );
    this.#talks = new Map(sorted.slice(0, this.#groupsMax));
    for (const [, talk] of sorted.slice(this.#groupsMax)) addTo(this.#rest, talk.flip, talk.once());
  }
}

function addTo(volumes: Map<FlipKind, Volume>, flip: FlipKind, more: Volume): void {
  const volume = volumes.get(flip) ?? noVolume();
  volumes.set(flip, volume);
  addVolume(volume, more);
}

function keyOf(flip: FlipKind, conversation: Conversation): string {
  return `${flip} ${conversationKey(conversation)}`;
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
