import type { TopicPartition } from '../stage/ports.ts';

/** The offset at which each assigned partition should continue, and what was skipped on the way. */
export class Positions {
  readonly #next = new Map<string, number>();

  /** Starts anew from the group's committed offsets; a partition without one is simply unknown. */
  reset(committed: Iterable<readonly [TopicPartition, number]>): void {
    this.#next.clear();
    for (const [at, offset] of committed) {
      if (offset >= 0) this.#next.set(keyOf(at), offset);
    }
  }

  /** The number of offsets lost between where the partition should continue and where it does. */
  gapBefore(at: TopicPartition, fetchedOffset: number): number {
    const expected = this.#next.get(keyOf(at)) ?? fetchedOffset;
    return Math.max(0, fetchedOffset - expected);
  }

  /** Everything before `next` has been dealt with. */
  advance(at: TopicPartition, next: number): void {
    this.#next.set(keyOf(at), next);
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
