import type { Guarantee, Stand } from './stand/stand.ts';

/** A kind of fault, and what a stage must be like under it beside losing nothing. */
export interface Row {
  readonly name: string;
  /** Where there is such a thing under one only. */
  readonly guarantee?: Guarantee;
  /** Stages in the group at the beginning. */
  readonly members: number;
  readonly recordsPerSecond: number;
  /** Unanswered records from which on the load waits. Default: never. */
  readonly backlogMax?: number;
  /** Within what time of a fault's end, or of a loss, all that had come by then must be answered, on a machine that has nothing else to do. */
  readonly recoveryMsMax: number;
  /** Injects `times` faults, one after the other, and waits for what follows from each. */
  readonly act: (trial: Trial, times: number) => Promise<void>;
}

/** The load of most rows: an even pace, which waits for stages that are behind. */
export const evenLoad = { recordsPerSecond: 150, backlogMax: 1500 } as const;

/** A row as it is tried. */
export class Trial {
  readonly stand: Stand;
  /** Faults that were injected and count. */
  faults = 0;
  /** Faults that were injected and do not: nothing was in flight, or nothing had moved since the last. */
  uncounted = 0;
  readonly recoveriesMs: number[] = [];
  readonly problems: string[] = [];
  /** Figures that are told and not judged. */
  readonly notes: string[] = [];

  readonly #say: (line: string) => void;

  constructor(stand: Stand, say: (line: string) => void = () => {}) {
    this.stand = stand;
    this.#say = say;
  }

  /** Waits for what was there when the fault was injected, and counts it. */
  async recovered(faultMs: number, what: string, isCounted = true): Promise<void> {
    if (isCounted) this.faults += 1;
    else this.uncounted += 1;
    const tookMs = await this.stand.recovered(faultMs);
    this.recoveriesMs.push(tookMs);
    const { lost, reordered, altered } = this.stand.ledger.counts;
    const count = `${this.faults} faults, ${this.stand.ledger.records} records`;
    const wrong = lost + reordered + altered === 0 ? '' : `, ${this.stand.ledger.examples.join()}`;
    this.#say(`${what}, recovered in ${(tookMs / 1000).toFixed(1)} s; ${count}${wrong}`);
  }

  /** Notes a problem unless it holds. */
  expect(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem);
  }
}
