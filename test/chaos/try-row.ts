import type { BrokerHarness } from '../support/broker/harness.ts';
import { type Finding, findings } from './checker/ledger.ts';
import { type Row, Trial, type TrialOptions } from './row.ts';
import type { Timing } from './stand/member.ts';
import { type Guarantee, Stand } from './stand/stand.ts';

export interface TryOptions extends TrialOptions {
  readonly broker: BrokerHarness;
  readonly seed: number;
  readonly turn?: number;
  /** A pipeline for each, on the same brokers; whatever befalls one stage befalls those of the first. */
  readonly guarantees: readonly [Guarantee, ...Guarantee[]];
  readonly times: number;
  readonly timing?: Timing;
  /** A folder for what the stages say. */
  readonly logs?: string;
}

/** What came of a row. */
export interface Report {
  readonly row: string;
  readonly guarantee: Guarantee;
  readonly seed: number;
  readonly faults: number;
  readonly uncounted: number;
  readonly records: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<Finding, number>>;
  readonly recoveriesMs: readonly number[];
  readonly notes: readonly string[];
  /** Empty: all is as it must be. */
  readonly problems: readonly string[];
}

/**
 * By how much longer than on an idle machine 95 of 100 recoveries may take: on two cores brokers, the
 * stages of six rows and those who check them run at once.
 */
const slownessMax = 3;

/** Tries a row on pipelines of its own and checks everything that came out; tells of each. */
export async function tryRow(row: Row, options: TryOptions): Promise<Report[]> {
  const { guarantees, times } = options;
  const startMs = performance.now();
  const [first, ...others] = guarantees;
  const open = async (guarantee: Guarantee): Promise<Stand> => openStand(row, guarantee, options);
  const stands = [await open(first), ...(await Promise.all(others.map(open)))] as const;
  const trial = new Trial(stands, options);
  try {
    await Promise.all(stands.map(async (stand) => begin(stand, row.members)));
    await row.act(trial, times);
    for (const stand of stands) trial.problems.push(...(await end(stand)));
  } catch (error) {
    trial.problems.push(String(error));
  } finally {
    for (const { fleet } of stands) if (options.logs !== undefined) fleet.writeLogs(options.logs);
    await Promise.all(stands.map(async (stand) => stand.close()));
  }
  trial.problems.push(...slownessOf(trial, row.recoveryMsMax * slownessMax));
  const seconds = (performance.now() - startMs) / 1000;
  return stands.map((stand) => reportOf(stand, trial, { row, options, seconds }));
}

async function openStand(row: Row, guarantee: Guarantee, options: TryOptions): Promise<Stand> {
  const { recordsPerSecond, backlogMax = Number.POSITIVE_INFINITY } = row;
  return Stand.open({ ...options, guarantee, recordsPerSecond, backlogMax });
}

async function begin(stand: Stand, members: number): Promise<void> {
  await stand.load.start();
  for (let member = 0; member < members; member++) await stand.fleet.start();
  await Promise.all(stand.fleet.running.map(async (member) => member.ready()));
  await stand.recovered();
}

/** Says how stages ended that did not end well. */
async function end(stand: Stand): Promise<string[]> {
  await stand.load.stop();
  await stand.recovered();
  await stand.committed();
  const problems = await stand.fleet.stop();
  stand.ledger.close(await stand.follower.told());
  return problems;
}

function slownessOf({ recoveriesMs }: Trial, msMax: number): string[] {
  const p95 = quantile(recoveriesMs, 0.95);
  if (p95 <= msMax) return [];
  return [`recovery takes ${Math.round(p95)} ms (p95), more than ${msMax} ms`];
}

function reportOf(
  stand: Stand,
  trial: Trial,
  tried: { readonly row: Row; readonly options: TryOptions; readonly seconds: number },
): Report {
  const { guarantee, ledger } = stand;
  const isFirst = stand === trial.stand;
  return {
    row: tried.row.name,
    guarantee,
    seed: tried.options.seed,
    faults: trial.faults,
    uncounted: trial.uncounted,
    records: ledger.records,
    seconds: tried.seconds,
    counts: ledger.counts,
    recoveriesMs: trial.recoveriesMs,
    notes: isFirst ? trial.notes : [],
    problems: [...(isFirst ? trial.problems : []), ...problemsOf(stand, trial)],
  };
}

/** Only at least once may duplicates be. */
function problemsOf({ ledger, guarantee }: Stand, trial: Trial): string[] {
  const names = Object.keys(findings) as Finding[];
  const wrong = names
    .filter((name) => name !== 'duplicated' || guarantee === 'exactly-once')
    .filter((name) => ledger.counts[name] > 0)
    .map((name) => `${ledger.counts[name]} ${name}: ${findings[name]}`);
  if (wrong.length > 0) wrong.push(...ledger.examples);
  if (trial.faults === 0) wrong.push('no fault was injected');
  if (ledger.records === 0) wrong.push('there were no records');
  return wrong;
}

/** The smallest of the values that so much of them do not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
