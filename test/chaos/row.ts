import type { Guarantee, Stand } from './stand/stand.ts';

/** A kind of fault, and what a stage must be like under it beside losing nothing. */
export interface Row {
  readonly name: string;
  /** Under which it is tried, each on a pipeline of its own, if that is not for others to say. */
  readonly guarantees?: readonly [Guarantee, ...Guarantee[]];
  /** Stages in the group at the beginning. */
  readonly members: number;
  readonly recordsPerSecond: number;
  /** Unanswered records from which on the load waits. Default: never. */
  readonly backlogMax?: number;
  /**
   * How long after a loss, or after whatever was broken is mended, all that had come by then may be unanswered
   * on a machine that does nothing else.
   */
  readonly recoveryMsMax: number;
  /** Injects `times` faults, one after the other, and waits for what follows from each. */
  readonly act: (trial: Trial, times: number) => Promise<void>;
}

/** The load of most rows: an even pace, which waits for stages that are behind. */
export const evenLoad = { recordsPerSecond: 150, backlogMax: 1500 } as const;

export interface TrialOptions {
  /** Told of each fault when it is over. */
  readonly say?: (line: string) => void;
  /** When it has to come to an end, by `performance.now()`. */
  readonly endMs?: number;
}

/** A row as it is tried. */
export class Trial {
  readonly stand: Stand;
  /** Other pipelines on the same brokers, whom their faults befall, too. */
  readonly beside: readonly Stand[];
  /** Faults that were injected and count. */
  faults = 0;
  /** Faults that were injected and do not: nothing was in flight, or nothing had moved since the last. */
  uncounted = 0;
  readonly recoveriesMs: number[] = [];
  readonly problems: string[] = [];
  /** Figures that are told and not judged. */
  readonly notes: string[] = [];

  readonly #options: TrialOptions;

  constructor([stand, ...beside]: readonly [Stand, ...Stand[]], options: TrialOptions) {
    this.stand = stand;
    this.beside = beside;
    this.#options = options;
  }

  /** No fault is to begin any more, however few there were. */
  get isOver(): boolean {
    return performance.now() > (this.#options.endMs ?? Number.POSITIVE_INFINITY);
  }

  /** Waits for what was there when the fault was injected, and counts it. */
  async recovered(faultMs: number, what: string, isCounted = true): Promise<void> {
    if (isCounted) this.faults += 1;
    else this.uncounted += 1;
    const stands = [this.stand, ...this.beside];
    const tookMs = Math.max(
      ...(await Promise.all(stands.map(async (stand) => stand.recovered(faultMs)))),
    );
    this.recoveriesMs.push(tookMs);
    const { lost, reordered, altered } = this.stand.ledger.counts;
    const count = `${this.faults} faults, ${this.stand.ledger.records} records`;
    const wrong = lost + reordered + altered === 0 ? '' : `, ${this.stand.ledger.examples.join()}`;
    this.#options.say?.(`${what}, recovered in ${(tookMs / 1000).toFixed(1)} s; ${count}${wrong}`);
  }

  /** Notes a problem unless it holds. */
  expect(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem);
  }
}
