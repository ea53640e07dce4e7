import type { ChargedFlows } from '../stage/tally.ts';
import { labelText } from './label-text.ts';
import type { Labels } from './label-text.ts';
import type { Exemplar, MetricFamily, Sample } from './metric-family.ts';
import { metricTable } from './metric-table.ts';
import type { MetricName } from './metric-table.ts';

/** One row of a table of series. */
export interface Series {
  /** Its labels as a page has them. */
  readonly text: string;
  readonly table: SeriesTable;
  /** Where its numbers are; -1 = it has expired. */
  slot: number;
}

/** The record that an exemplar points to. */
export interface ExemplarSource {
  /** As `labelText` makes it. */
  readonly labels: string;
  readonly atSeconds: number;
}

/**
 * Series of metrics that are counted together, as flows, connections and bytes are: the labels once, the
 * numbers in typed arrays, which are copied when somebody reads them.
 */
export class SeriesTable {
  readonly metrics: readonly MetricName[];
  readonly #overflowText: string;
  readonly #byText = new Map<string, Series>();
  #overflow: Series | null = null;
  #series: (Series | undefined)[] = [];
  #exemplars: (readonly Exemplar[] | undefined)[] = [];
  readonly #free: number[] = [];
  #flows = new Float64Array(slotsAtFirst);
  #connections = new Float64Array(slotsAtFirst);
  #bytes = new Float64Array(slotsAtFirst);

  /** At most three metrics: of flows, of connections, of bytes. */
  constructor(metrics: readonly MetricName[], set: string) {
    this.metrics = metrics;
    this.#overflowText = labelText(overflowLabels(metrics, set));
  }

  /** Without the overflow row. */
  get size(): number {
    return this.#byText.size;
  }

  all(): Iterable<Series> {
    return this.#byText.values();
  }

  has(text: string): boolean {
    return this.#byText.has(text);
  }

  /** The series of these labels, at 0 if it is new, so that its first increase is seen as one. */
  open(text: string): Series {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const series = this.#place(text);
    this.#byText.set(text, series);
    return series;
  }

  /** The row of all that found no room. */
  overflow(): Series {
    return (this.#overflow ??= this.#place(this.#overflowText));
  }

  /** What is added to it from now on is lost. */
  close(series: Series): void {
    const { slot, text } = series;
    this.#byText.delete(text);
    this.#series[slot] = undefined;
    this.#exemplars[slot] = undefined;
    this.#flows[slot] = 0;
    this.#connections[slot] = 0;
    this.#bytes[slot] = 0;
    this.#free.push(slot);
    series.slot = -1;
  }

  /** `source` = where the example lies; `null` = none is wanted. */
  add({ slot }: Series, charged: ChargedFlows, source: ExemplarSource | null): void {
    if (slot < 0) return;
    const { flows, connections, bytes, example } = charged;
    this.#flows[slot] = (this.#flows[slot] ?? 0) + flows;
    this.#connections[slot] = (this.#connections[slot] ?? 0) + connections;
    this.#bytes[slot] = (this.#bytes[slot] ?? 0) + bytes;
    if (source === null || example === null) return;
    const values = [1, example.connections, example.bytes];
    this.#exemplars[slot] = values.map((value) => ({ ...source, value }));
  }

  /** All as it stands now. */
  read(): MetricFamily[] {
    const columns = [this.#flows, this.#connections, this.#bytes];
    const rows = { series: this.#series.slice(), exemplars: this.#exemplars.slice() };
    return this.metrics.map((name, position) => {
      const { type, help } = metricTable[name];
      const values = (columns[position] ?? this.#flows).slice(0, rows.series.length);
      return { name, type, help, samples: samplesOf(rows, values, position) };
    });
  }

  #place(text: string): Series {
    const slot = this.#free.pop() ?? this.#series.length;
    const series: Series = { text, table: this, slot };
    this.#series[slot] = series;
    if (slot >= this.#flows.length) this.#grow();
    return series;
  }

  #grow(): void {
    this.#flows = grown(this.#flows);
    this.#connections = grown(this.#connections);
    this.#bytes = grown(this.#bytes);
  }
}

interface Rows {
  readonly series: readonly (Series | undefined)[];
  readonly exemplars: readonly (readonly Exemplar[] | undefined)[];
}

const slotsAtFirst = 256;

/** Of one metric: those at `position` of the exemplars. */
function* samplesOf(
  { series, exemplars }: Rows,
  values: Float64Array,
  position: number,
): Generator<Sample> {
  for (const [slot, one] of series.entries()) {
    if (one === undefined) continue;
    const exemplar = exemplars[slot]?.[position];
    yield { name: undefined, labels: one.text, value: values[slot] ?? 0, exemplar };
  }
}

function overflowLabels([metric]: readonly MetricName[], set: string): Labels {
  const names = metric === undefined ? [] : Object.keys(metricTable[metric].labels);
  const blank = Object.fromEntries(names.map((name) => [name, '']));
  return { ...blank, set, policy: '__overflow__' };
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const twice = new Float64Array(column.length * 2);
  twice.set(column);
  return twice;
}
