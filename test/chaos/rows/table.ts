import type { Row } from '../row.ts';
import type { Guarantee } from '../stand/stand.ts';
import { allBrokersAway, brokerKills, brokersStutter, rollingRestart } from './brokers.ts';
import { processKills } from './kills.ts';
import { drains, rebalanceStorm, zombies } from './membership.ts';
import { mixedFaults } from './mixed.ts';
import { lostReplies, networkCuts, randomAborts } from './network.ts';
import { reloadStorm, stalledSink } from './strain.ts';

/** How often a row is tried, and under which guarantee. */
export interface Turn {
  readonly row: Row;
  readonly guarantee: Guarantee;
  readonly times: number;
  /** In the short form; 0 = not at all. */
  readonly short: number;
}

/** What is tried of these in the short form. */
export function inShort<T extends Pick<Turn, 'times' | 'short'>>(turns: readonly T[]): T[] {
  return turns.filter(({ short }) => short > 0).map((turn) => ({ ...turn, times: turn.short }));
}

/** Those that leave the brokers alone, so that they can be tried side by side; the long ones come first. */
export const besideEachOther: readonly Turn[] = [
  { row: processKills, guarantee: 'exactly-once', times: 10, short: 2 },
  { row: processKills, guarantee: 'exactly-once', times: 10, short: 0 },
  { row: processKills, guarantee: 'at-least-once', times: 10, short: 2 },
  { row: stalledSink, guarantee: 'at-least-once', times: 1, short: 0 },
  { row: rebalanceStorm, guarantee: 'exactly-once', times: 20, short: 3 },
  { row: drains, guarantee: 'exactly-once', times: 6, short: 1 },
  { row: networkCuts, guarantee: 'at-least-once', times: 6, short: 1 },
  { row: drains, guarantee: 'at-least-once', times: 4, short: 1 },
  { row: reloadStorm, guarantee: 'at-least-once', times: 1, short: 0 },
  { row: networkCuts, guarantee: 'exactly-once', times: 4, short: 0 },
  { row: lostReplies, guarantee: 'exactly-once', times: 10, short: 4 },
  { row: rebalanceStorm, guarantee: 'at-least-once', times: 6, short: 0 },
  { row: zombies, guarantee: 'exactly-once', times: 1, short: 0 },
  { row: zombies, guarantee: 'at-least-once', times: 1, short: 0 },
  { row: lostReplies, guarantee: 'at-least-once', times: 4, short: 0 },
  { row: randomAborts, guarantee: 'exactly-once', times: 10, short: 0 },
];

/** Those that need the brokers for themselves, each under both guarantees at once. */
export const ofBrokers: readonly Omit<Turn, 'guarantee'>[] = [
  { row: brokerKills, times: 4, short: 2 },
  { row: allBrokersAway, times: 1, short: 0 },
  { row: mixedFaults, times: 25, short: 0 },
];

export const allRows: readonly Row[] = [
  ...new Set([...besideEachOther, ...ofBrokers].map(({ row }) => row)),
  rollingRestart,
  brokersStutter,
];
