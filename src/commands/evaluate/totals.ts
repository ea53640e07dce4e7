import type { Change } from '../../flow/evaluation.ts';
import { StandingTally } from '../../stage/standing-tally.ts';
import type { Tally } from '../../stage/tally.ts';
import type { JudgedRecords } from './judge-records.ts';
import { Unread } from './unread.ts';

/** What became of all records, for one closing word. */
export class Totals {
  readonly #changes = new Map<Change, number>();
  readonly unread = new Unread();
  readonly #standing = new StandingTally((sum) => this.#count(sum));

  add({ tally, unreadable }: JudgedRecords): void {
    this.#standing.add(tally);
    this.unread.add(unreadable);
  }

  /** Whether there was nothing but what cannot be read. */
  get isNothing(): boolean {
    this.#standing.settle();
    return this.unread.isAny && [...this.#changes.values()].every((count) => count === 0);
  }

  /** A line on what would change, and those on what could not be read. */
  lines(): string[] {
    this.#standing.settle();
    const changes = changeOrder.map((change) => {
      return `${this.#changes.get(change) ?? 0} ${change.replace('-', ' ')}`;
    });
    return [changes.join(', '), ...this.unread.lines()];
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
