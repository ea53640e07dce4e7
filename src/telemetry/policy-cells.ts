import type { PolicyRef } from '../policy/hit.ts';
import type { Cells, Charge } from '../stage/cells.ts';
import type { ChargedFlows } from '../stage/tally.ts';
import type { TelemetryLimits } from './limits.ts';
import type { Labels, Metrics } from './metrics.ts';
import { chargeLabels, metricsOfCharge, overflowLabels } from './policy-series.ts';
import { PolicyTimes } from './policy-times.ts';

export interface PolicyCellsOptions {
  /** `policies.set`. */
  readonly set: string;
  readonly limits: Pick<TelemetryLimits, 'metricSeries' | 'metricSeriesInAll'>;
  readonly metrics: Metrics;
}

/**
 * The counters of policies and rules (contract 6): one cell for each series, added to in typed arrays
 * once a batch and handed on to the metrics when somebody reads them.
 */
export class PolicyCells implements Cells {
  readonly #options: PolicyCellsOptions;
  readonly #cells: Cell[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #times = new Map<string, PolicyTimes>();
  readonly #seriesOf = new Map<Charge['counts'], number>();
  #seriesInAll = 0;
  /** Not yet handed on, by cell. */
  #flows = new Float64Array(cellsAtFirst);
  #connections = new Float64Array(cellsAtFirst);
  #bytes = new Float64Array(cellsAtFirst);

  constructor(options: PolicyCellsOptions) {
    this.#options = options;
  }

  cellOf(charge: Charge): number {
    const labels = chargeLabels(this.#options.set, charge);
    const key = keyOf(charge, labels);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#isFull(charge.counts)) return this.#overflowOf(charge);
    this.#seriesInAll += metricsOfCharge[charge.counts].length;
    this.#seriesOf.set(charge.counts, (this.#seriesOf.get(charge.counts) ?? 0) + 1);
    return this.#open(key, { counts: charge.counts, labels, times: this.timesOf(charge.policy) });
  }

  /** Adds what one evaluation was charged with. */
  add({ cells, flows, connections, bytes, firstMs, lastMs }: ChargedFlows): void {
    for (const number of cells) {
      this.#flows[number] = (this.#flows[number] ?? 0) + flows;
      this.#connections[number] = (this.#connections[number] ?? 0) + connections;
      this.#bytes[number] = (this.#bytes[number] ?? 0) + bytes;
      const cell = this.#cells[number];
      if (cell === undefined || firstMs === null || lastMs === null) continue;
      cell.times?.saw(cell.counts, firstMs, lastMs);
    }
  }

  timesOf(policy: PolicyRef): PolicyTimes {
    const { set, metrics } = this.#options;
    const key = JSON.stringify([policy.kind, policy.namespace, policy.name, policy.tier]);
    const known = this.#times.get(key);
    if (known !== undefined) return known;
    const times = new PolicyTimes(set, policy, metrics);
    this.#times.set(key, times);
    return times;
  }

  /** Hands on what was added since the last time. */
  flush(): void {
    for (const [number, cell] of this.#cells.entries()) {
      if (this.#flows[number] !== 0) this.#handOn(number, cell);
    }
    this.#flows.fill(0);
    this.#connections.fill(0);
    this.#bytes.fill(0);
    for (const times of this.#times.values()) times.flush();
  }

  #isFull(counts: Charge['counts']): boolean {
    const { metricSeries, metricSeriesInAll } = this.#options.limits;
    const inAll = this.#seriesInAll + metricsOfCharge[counts].length;
    return (this.#seriesOf.get(counts) ?? 0) >= metricSeries || inAll > metricSeriesInAll;
  }

  #overflowOf(charge: Charge): number {
    const { set, metrics } = this.#options;
    for (const metric of metricsOfCharge[charge.counts]) {
      metrics.increase('rehearsal_series_overflow_total', { metric });
    }
    const labels = overflowLabels(set, charge);
    const key = keyOf(charge, labels);
    const known = this.#numbers.get(key);
    return known ?? this.#open(key, { counts: charge.counts, labels, times: null });
  }

  #open(key: string, cell: Cell): number {
    const number = this.#cells.push(cell) - 1;
    this.#numbers.set(key, number);
    if (number >= this.#flows.length) this.#grow();
    // At 0, so that its first increase is seen as one.
    this.#handOn(number, cell);
    return number;
  }

  #handOn(number: number, { counts, labels }: Cell): void {
    const amounts = [this.#flows[number], this.#connections[number], this.#bytes[number]];
    for (const [index, metric] of metricsOfCharge[counts].entries()) {
      this.#options.metrics.increase(metric, labels, amounts[index] ?? 0);
    }
  }

  #grow(): void {
    this.#flows = grown(this.#flows);
    this.#connections = grown(this.#connections);
    this.#bytes = grown(this.#bytes);
  }
}

interface Cell {
  readonly counts: Charge['counts'];
  readonly labels: Labels;
  /** `null` for the overflow rows, which belong to no policy. */
  readonly times: PolicyTimes | null;
}

const cellsAtFirst = 256;

function keyOf({ counts }: Charge, labels: Labels): string {
  return JSON.stringify([counts, ...Object.values(labels)]);
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const twice = new Float64Array(column.length * 2);
  twice.set(column);
  return twice;
}
