import type { Charge } from '../stage/cells.ts';
import type { Clock } from '../stage/ports.ts';
import type { Labels } from './label-text.ts';
import { labelText } from './label-text.ts';
import type { TelemetryLimits } from './limits.ts';
import type { MetricFamily, Sample } from './metric-family.ts';
import { metricTable } from './metric-table.ts';
import type { Metrics } from './metrics.ts';
import { metricsOfCharge, metricsOfPolicy } from './policy-series.ts';
import { PolicyTimes } from './policy-times.ts';
import { SeriesTable } from './series-table.ts';
import type { Series } from './series-table.ts';

export interface PolicyStoreOptions {
  /** `policies.set`. */
  readonly set: string;
  readonly limits: Pick<TelemetryLimits, 'metricSeries' | 'metricSeriesInAll'>;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** What stays of a set of policies while it is in force. */
export interface HeldSeries {
  readonly series: ReadonlySet<Series>;
  /** By the text of `policyLabels`. */
  readonly times: ReadonlyMap<string, PolicyTimes>;
  /** Labels of `rehearsal_policy_info`. */
  readonly infos: readonly Labels[];
}

/** A series that a policy needs, and its labels as a page has them. */
export interface WantedSeries {
  readonly charge: Charge;
  readonly text: string;
}

/**
 * All series of policies, of every set that was ever in force: within the caps, and gone two scrapes
 * after their policy.
 */
export class PolicyStore {
  readonly options: PolicyStoreOptions;
  readonly #tables: Readonly<Record<Charge['counts'], SeriesTable>>;
  readonly #times = new Map<string, PolicyTimes>();
  /** Of what is no longer in force: the scrapes that there had been when it went. */
  readonly #goneSince = new Map<Series | string, number>();
  #infos: readonly Labels[] = [];
  #scrapes = 0;

  constructor(options: PolicyStoreOptions) {
    this.options = options;
    const tableOf = (counts: Charge['counts']) =>
      new SeriesTable(metricsOfCharge[counts], options.set);
    this.#tables = {
      'would-deny': tableOf('would-deny'),
      'would-allow': tableOf('would-allow'),
      hit: tableOf('hit'),
      touch: tableOf('touch'),
    };
  }

  tableOf(counts: Charge['counts']): SeriesTable {
    return this.#tables[counts];
  }

  timesOf(policy: string): PolicyTimes {
    const known = this.#times.get(policy);
    if (known !== undefined) return known;
    const times = new PolicyTimes();
    this.#times.set(policy, times);
    return times;
  }

  /**
   * Whether all series of a policy find room. Some of them alone would be worse than none: flows it
   * could touch without the denials read as safe. What finds none is counted.
   */
  hasRoom(policy: string, wanted: readonly WantedSeries[]): boolean {
    const isKnown = this.#times.has(policy);
    const { metricSeries, metricSeriesInAll } = this.options.limits;
    const lacking = [...Map.groupBy(wanted, ({ charge }) => this.#tables[charge.counts])].map(
      ([table, some]) => ({ table, missing: some.filter(({ text }) => !table.has(text)).length }),
    );
    const isOneFull =
      this.#times.size + (isKnown ? 0 : 1) > metricSeries ||
      lacking.some(({ table, missing }) => table.size + missing > metricSeries);
    const inAll = lacking.reduce(
      (sum, { table, missing }) => sum + missing * table.metrics.length,
      this.#inAll() + (isKnown ? 0 : metricsOfPolicyCount),
    );
    if (!isOneFull && inAll <= metricSeriesInAll - seriesOfTheStage) return true;
    this.#countOverflow(wanted, isOneFull ? 'metricSeries' : 'metricSeriesInAll');
    return false;
  }

  /** Puts a set in force: what it does not hold goes after two more scrapes. */
  hold({ series, times, infos }: HeldSeries): void {
    this.#infos = infos;
    for (const table of Object.values(this.#tables)) {
      for (const one of table.all()) this.#mark(one, series.has(one));
    }
    for (const [policy, kept] of this.#times) {
      const isHeld = times.has(policy);
      this.#mark(policy, isHeld);
      if (!isHeld) kept.forget();
    }
  }

  /** All as it stands: one scrape. */
  read(): MetricFamily[] {
    this.#scrapes += 1;
    this.#expire();
    const infos = this.#infos.map((labels) => ({ labels: labelText(labels), value: 1 }));
    const times = [...this.#times];
    const timestamps = (atMs: (times: PolicyTimes) => number | null) =>
      times.flatMap(([labels, one]) => {
        const ms = atMs(one);
        return ms === null ? [] : [{ labels, value: ms / 1000 }];
      });
    return [
      ...Object.values(this.#tables).flatMap((table) => table.read()),
      gauge('info', infos),
      gauge(
        'firstObserved',
        timestamps(({ firstObservedMs }) => firstObservedMs),
      ),
      gauge(
        'lastWouldDeny',
        timestamps(({ lastWouldDenyMs }) => lastWouldDenyMs),
      ),
    ];
  }

  #countOverflow(
    wanted: readonly WantedSeries[],
    limit: 'metricSeries' | 'metricSeriesInAll',
  ): void {
    const { metrics } = this.options;
    metrics.increase('rehearsal_limit_reached_total', { limit });
    for (const { charge } of wanted) {
      for (const metric of metricsOfCharge[charge.counts]) {
        metrics.increase('rehearsal_series_overflow_total', { metric });
      }
    }
    for (const metric of Object.values(metricsOfPolicy)) {
      metrics.increase('rehearsal_series_overflow_total', { metric });
    }
  }

  #inAll(): number {
    const charged = Object.values(this.#tables).reduce(
      (sum, { size, metrics }) => sum + size * metrics.length,
      0,
    );
    return charged + this.#times.size * metricsOfPolicyCount;
  }

  #mark(what: Series | string, isHeld: boolean): void {
    if (isHeld) this.#goneSince.delete(what);
    else if (!this.#goneSince.has(what)) this.#goneSince.set(what, this.#scrapes);
  }

  #expire(): void {
    for (const [what, since] of this.#goneSince) {
      if (this.#scrapes - since <= scrapesKept) continue;
      this.#goneSince.delete(what);
      if (typeof what === 'string') this.#times.delete(what);
      else what.table.close(what);
    }
  }
}

/** So that the last of its counts are read. */
const scrapesKept = 2;

/** Room left to the series that belong to no policy. */
const seriesOfTheStage = 500;

const metricsOfPolicyCount = Object.keys(metricsOfPolicy).length;

function gauge(
  which: keyof typeof metricsOfPolicy,
  samples: readonly Pick<Sample, 'labels' | 'value'>[],
): MetricFamily {
  const name = metricsOfPolicy[which];
  const { type, help } = metricTable[name];
  return { name, type, help, samples: samples.map((one) => ({ name: undefined, ...one })) };
}
