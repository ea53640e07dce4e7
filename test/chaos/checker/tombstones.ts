import type { TopicRecord } from '../../support/broker/topic-follower.ts';
import { fingerprintOf } from './outcome.ts';

/**
 * Tombstones leave a stage untouched, so nothing says where one came from but its key, which the load
 * gives to no other.
 */
export class Tombstones {
  readonly #offsets = new Map<string, number>();

  addInput(record: TopicRecord): void {
    this.#offsets.set(nameOf(record), record.offset);
  }

  /** Where one of the output came from; `null`: it has not been read there, or not yet. */
  sourceOf(record: TopicRecord): { readonly partition: number; readonly offset: number } | null {
    const offset = this.#offsets.get(nameOf(record));
    return offset === undefined ? null : { partition: record.partition, offset };
  }
}

function nameOf(record: TopicRecord): string {
  return `${record.partition} ${fingerprintOf(record)}`;
}
