import type { IndexedPolicy } from '../policy/index/policies.ts';
import type { Cells, Charge } from '../stage/cells.ts';
import type { ChargedFlows } from '../stage/tally.ts';
import { labelText } from './label-text.ts';
import type { Labels } from './label-text.ts';
import type { HeldSeries, PolicyStore } from './policy-store.ts';
import { chargeLabels, policyLabels } from './policy-series.ts';
import type { Observation, PolicyTimes } from './policy-times.ts';
import { possibleCharges } from './possible-charges.ts';
import type { ExemplarSource, Series } from './series-table.ts';

/**
 * The counters of one set of policies (contract 6): what its judge charges, and no longer than it does.
 * A late batch of a set that has gone is still counted, but is no evidence for the next one.
 */
export class PolicyBook implements Cells, HeldSeries {
  readonly series = new Set<Series>();
  readonly times = new Map<string, PolicyTimes>();
  readonly infos: Labels[] = [];
  readonly #store: PolicyStore;
  readonly #observations = new Map<string, Observation>();
  /** Policies whose series found no room. */
  readonly #crowdedOut = new Set<string>();
  readonly #cells: Cell[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(store: PolicyStore) {
    this.#store = store;
  }

  /** Opens every series that flows could bring to a policy. */
  enter(policy: IndexedPolicy, specHash: string): void {
    const { set } = this.#store.options;
    const labels = policyLabels(set, policy.ref);
    const who = labelText(labels);
    const wanted = possibleCharges(policy).map((charge) => ({
      charge,
      text: labelText(chargeLabels(set, charge)),
    }));
    if (!this.#store.hasRoom(who, wanted)) {
      this.#crowdOut(who);
      return;
    }
    this.infos.push({ ...labels, staged_action: policy.stagedAction ?? '', spec_hash: specHash });
    const times = this.#store.timesOf(who);
    this.times.set(who, times);
    this.#observations.set(who, times.observe(specHash));
    for (const { charge, text } of wanted) this.#cellOf(charge, text);
  }

  cellOf(charge: Charge): number {
    return this.#cellOf(charge, labelText(chargeLabels(this.#store.options.set, charge)));
  }

  #cellOf(charge: Charge, text: string): number {
    const key = `${charge.counts} ${text}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#cells.push(this.#open(charge, text)) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  add(charged: ChargedFlows): void {
    const nowMs = this.#store.options.clock.nowMs();
    let source: ExemplarSource | null | undefined;
    for (const number of charged.cells) {
      const cell = this.#cells[number];
      if (cell === undefined) continue;
      const isExample = cell.counts === 'would-deny';
      if (isExample) source ??= exemplarSource(charged, nowMs);
      cell.series.table.add(cell.series, charged, isExample ? (source ?? null) : null);
      noteTimes(cell, charged, nowMs);
    }
  }

  /** It has no row of its own in any metric. */
  #crowdOut(who: string): void {
    const { set } = this.#store.options;
    if (this.#crowdedOut.size === 0) this.infos.push({ ...overflowInfo, set });
    this.#crowdedOut.add(who);
  }

  #open({ counts, policy }: Charge, text: string): Cell {
    const who = labelText(policyLabels(this.#store.options.set, policy));
    const table = this.#store.tableOf(counts);
    if (this.#crowdedOut.has(who)) {
      return { counts, series: table.overflow(), times: null, observation: null };
    }
    const series = table.open(text);
    this.series.add(series);
    const times = this.times.get(who) ?? null;
    return { counts, series, times, observation: this.#observations.get(who) ?? null };
  }
}

interface Cell {
  readonly counts: Charge['counts'];
  readonly series: Series;
  /** `null` for what belongs to no single policy. */
  readonly times: PolicyTimes | null;
  readonly observation: Observation | null;
}

const overflowInfo = {
  set: '',
  tier: '',
  kind: '',
  policy_namespace: '',
  policy: '__overflow__',
  staged_action: '',
  spec_hash: '',
};

/**
 * Event times come out of records: one from a clock that was never set would make a policy look observed
 * for ages, one in the future would stay the last for ever.
 */
function noteTimes({ counts, times, observation }: Cell, charged: ChargedFlows, nowMs: number) {
  const { firstMs, lastMs } = charged;
  if (firstMs === null || lastMs === null || lastMs < plausibleMs) return;
  if (counts === 'would-deny') times?.wouldDeny(Math.min(lastMs, nowMs));
  if (counts !== 'touch' || observation === null) return;
  const seenMs = Math.min(firstMs < plausibleMs ? lastMs : firstMs, nowMs);
  observation.firstMs = Math.min(observation.firstMs ?? seenMs, seenMs);
}

/** 2016: before Calico, no flow was seen. */
const plausibleMs = Date.UTC(2016, 0);

/** OpenMetrics allows labels of 128 characters, names included; a topic of a longer name has no exemplars. */
function exemplarSource({ example }: ChargedFlows, nowMs: number): ExemplarSource | null {
  if (example === null || example.at === null) return null;
  const { topic, partition } = example.at;
  const labels = { topic, partition, offset: example.offset };
  const length = Object.entries(labels).flat().join('').length;
  if (length > exemplarCharactersMax) return null;
  return { labels: labelText(labels), atSeconds: nowMs / 1000 };
}

const exemplarCharactersMax = 128;
