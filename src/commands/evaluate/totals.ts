import type { Change } from '../../flow/evaluation.ts';
import type { DeadLetterReason } from '../../flow/reasons.ts';
import { StandingTally } from '../../stage/standing-tally.ts';
import type { Tally } from '../../stage/tally.ts';
import type { JudgedRecords, UnreadableRecord } from './judge-records.ts';

/** What became of all records, for one closing word. */
export class Totals {
  readonly #changes = new Map<Change, number>();
  readonly #unreadable = new Map<DeadLetterReason, { count: number; first: UnreadableRecord }>();

  readonly #standing = new StandingTally((sum) => this.#count(sum));

  add({ tally, unreadable }: JudgedRecords): void {
    this.#standing.add(tally);
    for (const record of unreadable) {
      const known = this.#unreadable.get(record.reason);
      if (known === undefined) this.#unreadable.set(record.reason, { count: 1, first: record });
      else known.count += 1;
    }
  }

  get hasUnreadable(): boolean {
    return this.#unreadable.size > 0;
  }

  /** A line on what would change, and one for each reason why records could not be read. */
  lines(): string[] {
    this.#standing.settle();
    const changes = changeOrder.map((change) => {
      return `${this.#changes.get(change) ?? 0} ${change.replace('-', ' ')}`;
    });
    const unreadable = [...this.#unreadable].map(
      ([reason, { count, first }]) =>
        `${count} unreadable, ${reason}: ${first.message} (first: ${first.source})`,
    );
    return [changes.join(', '), ...unreadable];
  }

  #count(tally: Tally): void {
    const { flows } = tally.sums();
    for (const change of changeOrder) {
      for (const direction of ['ingress', 'egress', 'unknown'] as const) {
        const count = flows[direction][change];
        this.#changes.set(change, (this.#changes.get(change) ?? 0) + count);
      }
    }
  }
}

const changeOrder: readonly Change[] = [
  'newly-denied',
  'newly-allowed',
  'uncertain',
  'unchanged',
  'not-evaluated',
];
