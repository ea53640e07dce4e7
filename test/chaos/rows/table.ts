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
}

/** Those for which one broker will do; the long ones come first. All of them are tried side by side. */
export const onOneBroker: readonly Turn[] = [
  { row: lostReplies, guarantee: 'exactly-once', times: 15 },
  ...shared(processKills, 'exactly-once', 40, 4),
  ...shared(processKills, 'at-least-once', 20, 2),
  { row: stalledSink, guarantee: 'at-least-once', times: 1 },
  { row: reloadStorm, guarantee: 'at-least-once', times: 1 },
  { row: rebalanceStorm, guarantee: 'exactly-once', times: 20 },
  ...shared(drains, 'exactly-once', 20, 2),
  { row: drains, guarantee: 'at-least-once', times: 4 },
  { row: rebalanceStorm, guarantee: 'at-least-once', times: 6 },
  { row: zombies, guarantee: 'exactly-once', times: 1 },
  { row: zombies, guarantee: 'at-least-once', times: 1 },
  { row: lostReplies, guarantee: 'at-least-once', times: 4 },
  { row: randomAborts, guarantee: 'exactly-once', times: 10 },
];

/** Those that leave three brokers alone, but not the way to each, side by side as well. */
export const onTheWay: readonly Turn[] = [
  { row: networkCuts, guarantee: 'exactly-once', times: 6 },
  { row: networkCuts, guarantee: 'at-least-once', times: 6 },
];

/** Those that need three brokers for themselves, each under both guarantees at once. */
export const ofBrokers: readonly Omit<Turn, 'guarantee'>[] = [
  { row: brokerKills, times: 4 },
  { row: allBrokersAway, times: 1 },
  { row: mixedFaults, times: 30 },
];

/** Shared out among pipelines that are tried side by side. */
function shared(row: Row, guarantee: Guarantee, times: number, pipelines: number): Turn[] {
  return Array.from({ length: pipelines }, () => ({ row, guarantee, times: times / pipelines }));
}

export const allRows: readonly Row[] = [
  ...new Set([...onOneBroker, ...onTheWay, ...ofBrokers].map(({ row }) => row)),
  rollingRestart,
  brokersStutter,
];
