import type { TopicPartition } from '../stage/ports.ts';

interface Held {
  /** When it was assigned to us. */
  readonly sinceMs: number;
  newestMs: number | null;
  isBehind: boolean;
}

/**
 * How far behind the judging is in the time of events: the age of the newest flow, and where records of a partition wait, the age of the newest
 * flow of that one if that is older. So a partition that is stuck shows although the others move.
 */
export class EventTimes {
  readonly #held = new Map<string, Held>();
  #newestMs: number | null = null;

  assigned(partitions: readonly TopicPartition[], nowMs: number): void {
    const before = new Map(this.#held);
    this.#held.clear();
    for (const at of partitions) {
      const key = keyOf(at);
      this.#held.set(key, before.get(key) ?? { sinceMs: nowMs, newestMs: null, isBehind: false });
    }
  }

  lag(at: TopicPartition, records: number): void {
    const held = this.#held.get(keyOf(at));
    if (held !== undefined) held.isBehind = records > 0;
  }

  /** A record from the future would be the newest for ever, so it is from now. `at` is null where no partition is read. */
  saw(at: TopicPartition | null, eventMs: number | null, nowMs: number): void {
    if (eventMs === null) return;
    const seenMs = Math.min(eventMs, nowMs);
    this.#newestMs = newer(this.#newestMs, seenMs);
    const held = at === null ? undefined : this.#held.get(keyOf(at));
    if (held !== undefined) held.newestMs = newer(held.newestMs, seenMs);
  }

  /** Milliseconds; null = no flow was seen, and none is known to wait. */
  ageMs(nowMs: number): number | null {
    const newest = [...this.#held.values()]
      .filter(({ isBehind }) => isBehind)
      .map(({ newestMs, sinceMs }) => newestMs ?? sinceMs);
    if (this.#newestMs !== null) newest.push(this.#newestMs);
    return newest.length === 0 ? null : nowMs - Math.min(...newest);
  }
}

function newer(known: number | null, seenMs: number): number {
  return Math.max(known ?? seenMs, seenMs);
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
