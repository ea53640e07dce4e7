import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { labelText } from './label-text.ts';
import type { MetricFamily } from './metric-family.ts';
import { metricTable } from './metric-table.ts';
import type { MetricInfo, MetricName } from './metric-table.ts';
import { metricsOfCharge, metricsOfPolicy } from './policy-series.ts';
import type { PolicyMetricName } from './policy-series.ts';

/**
 * The metrics that are not of policies, and those of the process: the one place that knows their
 * library.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  constructor() {
    collectDefaultMetrics({
      register: this.#registry,
      eventLoopMonitoringPrecision: loopLookMs,
    });
    for (const name of misnamed) this.#registry.removeSingleMetric(name);
    for (const name of metricNames) this.#register(name);
  }

  increase(name: CounterName, labels: Values = {}, by = 1): void {
    this.#counters.get(name)?.inc({ ...labels }, by);
  }

  set(name: GaugeName, labels: Values, value: number): void {
    this.#gauges.get(name)?.set({ ...labels }, value);
  }

  observe(name: HistogramName, value: number): void {
    this.#histograms.get(name)?.observe(value);
  }

  /** Takes one series away. */
  remove(name: GaugeName, labels: Values): void {
    this.#gauges.get(name)?.remove({ ...labels });
  }

  /** Takes all series of a gauge away. */
  clear(name: GaugeName): void {
    this.#gauges.get(name)?.reset();
  }

  /** All families as they stand. */
  async read(): Promise<MetricFamily[]> {
    const families = await this.#registry.getMetricsAsJSON();
    return families.map(({ name, help, type, values }) => ({
      name,
      help,
      type: String(type),
      samples: values.map((value: { metricName?: string } & (typeof values)[number]) => ({
        name: value.metricName,
        labels: labelText(value.labels),
        value: value.value,
      })),
    }));
  }

  #register(name: MetricName): void {
    const info: MetricInfo = metricTable[name];
    const { help, labels } = info;
    const labelNames = Object.keys(labels);
    const config = { name, help, labelNames, registers: [this.#registry] };
    if (info.type === 'counter') {
      const counter = new Counter(config);
      for (const series of fixedSeries(labels)) counter.inc(series, 0);
      this.#counters.set(name, counter);
    } else if (info.type === 'gauge') {
      const gauge = new Gauge(config);
      // What is not known yet is absent, not 0.
      gauge.remove({});
      this.#gauges.set(name, gauge);
    } else {
      const buckets = [...(bucketsOf.get(name) ?? [])];
      this.#histograms.set(name, new Histogram({ ...config, buckets }));
    }
  }
}

/**
 * How often the delay of the event loop is measured, in ms, and the least that `nodejs_eventloop_lag_*` tell. The
 * library's own 10 ms cost more than all else that a stage does at rest: 0.7 % of a core.
 */
const loopLookMs = 100;

/** Gauges that are named as counters are; each adds up another metric that stays. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

export type CounterName = OfType<'counter'>;
export type GaugeName = OfType<'gauge'>;
export type HistogramName = OfType<'histogram'>;

/** A value for each label of a metric. */
type Values = Readonly<Record<string, string>>;

type OfType<Type> = {
  [Name in Exclude<MetricName, PolicyMetricName>]: (typeof metricTable)[Name]['type'] extends Type
    ? Name
    : never;
}[Exclude<MetricName, PolicyMetricName>];

const ofPolicies: ReadonlySet<MetricName> = new Set([
  ...Object.values(metricsOfCharge).flat(),
  ...Object.values(metricsOfPolicy),
]);

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `keys` forgets which they are
const metricNames = (Object.keys(metricTable) as MetricName[]).filter(
  (name) => !ofPolicies.has(name),
);

const bucketsOf: ReadonlyMap<MetricName, readonly number[]> = new Map([
  ['rehearsal_batch_seconds', [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]],
  ['rehearsal_batch_records', [1, 10, 100, 1_000, 10_000, 100_000]],
]);

/** Every combination of label values where all lists are fixed; none if one is open. */
function fixedSeries(labels: MetricInfo['labels']): Record<string, string>[] {
  let rows: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    if (values === 'open') return [];
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  }
  return rows;
}
