import type { BrokerHarness } from '../support/broker/harness.ts';
import { type Finding, findings } from './checker/ledger.ts';
import { type Row, Trial } from './row.ts';
import type { Timing } from './stand/member.ts';
import { type Guarantee, Stand } from './stand/stand.ts';

export interface TryOptions {
  readonly broker: BrokerHarness;
  readonly seed: number;
  readonly guarantee: Guarantee;
  readonly times: number;
  readonly timing?: Timing;
  /** Told of each fault when it is over. */
  readonly say?: (line: string) => void;
  /** Where what the stages say is kept; '' or nothing: nowhere. */
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
 * By how much longer than on an idle machine 95 of 100 recoveries may take: on two cores three brokers, the
 * stages of some rows and those who check them run at once.
 */
const slownessMax = 3;

/** Tries a row on a pipeline of its own and checks everything that came out. */
export async function tryRow(row: Row, options: TryOptions): Promise<Report> {
  const { guarantee, seed, times } = options;
  const startMs = performance.now();
  const { recordsPerSecond, backlogMax = Number.POSITIVE_INFINITY } = row;
  const stand = await Stand.open({ ...options, recordsPerSecond, backlogMax });
  const trial = new Trial(stand, options.say);
  try {
    await stand.load.start();
    for (let member = 0; member < row.members; member++) await stand.fleet.start();
    await Promise.all(stand.fleet.running.map(async (member) => member.ready()));
    await stand.recovered();
    await row.act(trial, times);
    await stand.load.stop();
    await stand.recovered();
    trial.problems.push(...(await stand.fleet.stop()));
    stand.ledger.close(await stand.follower.told());
  } catch (error) {
    trial.problems.push(String(error));
  } finally {
    if ((options.logs ?? '') !== '') stand.fleet.writeLogs(options.logs ?? '');
    await stand.close();
  }
  trial.problems.push(...problemsOf(stand, trial, row.recoveryMsMax * slownessMax));
  return {
    row: row.name,
    guarantee,
    seed,
    faults: trial.faults,
    uncounted: trial.uncounted,
    records: stand.ledger.records,
    seconds: (performance.now() - startMs) / 1000,
    counts: stand.ledger.counts,
    recoveriesMs: trial.recoveriesMs,
    notes: trial.notes,
    problems: trial.problems,
  };
}

/** Only at least once may duplicates be. */
function problemsOf({ ledger, guarantee }: Stand, trial: Trial, recoveryMsMax: number): string[] {
  const names = Object.keys(findings) as Finding[];
  const wrong = names
    .filter((name) => name !== 'duplicated' || guarantee === 'exactly-once')
    .filter((name) => ledger.counts[name] > 0)
    .map((name) => `${ledger.counts[name]} ${name}: ${findings[name]}`);
  if (wrong.length > 0) wrong.push(...ledger.examples);
  if (trial.faults === 0) wrong.push('no fault was injected');
  if (ledger.records === 0) wrong.push('there were no records');
  const p95 = quantile(trial.recoveriesMs, 0.95);
  if (p95 > recoveryMsMax) {
    wrong.push(`recovery takes ${Math.round(p95)} ms (p95), more than ${recoveryMsMax} ms`);
  }
  return wrong;
}

/** The smallest of the values that so much of them do not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
