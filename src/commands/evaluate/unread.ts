import type { Preview } from '../../report/schema.ts';
import { unreadRecords, unreadText } from '../../report/unread-records.ts';
import type { DeadLetter } from '../../stage/ports.ts';
import { CodedError } from '../../std/coded-error.ts';
import { messageOf } from './judge-records.ts';

/** Where a record that could not be read is, and why. */
interface UnreadableRecord {
  readonly source: string;
  readonly reason: string;
  readonly message: string;
}

/** What could not be read: counted by reason, with the first place of each. */
export class Unread {
  readonly #byReason = new Map<string, { message: string; records: number; first: string }>();
  /** Files that broke off, in words. */
  readonly damaged: string[] = [];

  add(records: readonly UnreadableRecord[]): void {
    for (const { reason, message, source } of records) {
      const known = this.#byReason.get(reason);
      if (known === undefined) this.#byReason.set(reason, { message, records: 1, first: source });
      else known.records += 1;
    }
  }

  /** What a batch could not read; `placeOf` names a record by its offset. */
  addAll(deadLetters: readonly DeadLetter[], placeOf: (offset: number) => string): void {
    this.add(
      deadLetters.map((one) => ({
        source: placeOf(one.offset),
        reason: one.reason,
        message: messageOf(one),
      })),
    );
  }

  /**
   * Runs what reads a file. One that cannot be opened or breaks off is remembered, and keeps nobody from the next.
   * @throws whatever else it fails with
   */
  async surviving(reading: () => Promise<void>): Promise<void> {
    try {
      await reading();
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'input/unreadable') throw error;
      this.damaged.push(error.message);
    }
  }

  /** Whether anything is missing from what was judged. */
  get isAny(): boolean {
    return this.#byReason.size > 0 || this.damaged.length > 0;
  }

  get count(): number {
    return unreadRecords(this.list());
  }

  list(): Preview['unreadable'] {
    return [...this.#byReason].map(([reason, counted]) => ({ reason, ...counted }));
  }

  /** A line for each reason and for each file. */
  lines(): readonly string[] {
    return [...this.list().map(unreadText), ...this.damaged];
  }
}
