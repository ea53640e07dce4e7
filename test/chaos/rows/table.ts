import type { Row } from '../row.ts';
import type { Guarantee } from '../stand/stand.ts';
import { allBrokersAway, brokerKills, brokersStandStill, rollingRestart } from './brokers.ts';
import { processKills } from './kills.ts';
import { drains, rebalanceStorm, zombies } from './membership.ts';
import { mixedFaults } from './mixed.ts';
import { lostReplies, networkCuts, randomAborts } from './network.ts';
import { reloadStorm, stalledSink } from './strain.ts';

/** How often a row is tried in CI, and under which guarantee. */
export interface Turn {
  readonly row: Row;
  readonly guarantee: Guarantee;
  readonly times: number;
}

/** Those that leave the brokers alone, so that they can be tried side by side. */
export const besideEachOther: readonly Turn[] = [
  { row: processKills, guarantee: 'at-least-once', times: 12 },
  { row: processKills, guarantee: 'exactly-once', times: 12 },
  { row: stalledSink, guarantee: 'at-least-once', times: 1 },
  { row: rebalanceStorm, guarantee: 'exactly-once', times: 20 },
  { row: rebalanceStorm, guarantee: 'at-least-once', times: 10 },
  { row: lostReplies, guarantee: 'exactly-once', times: 15 },
  { row: randomAborts, guarantee: 'exactly-once', times: 20 },
  { row: networkCuts, guarantee: 'at-least-once', times: 8 },
  { row: networkCuts, guarantee: 'exactly-once', times: 6 },
  { row: zombies, guarantee: 'exactly-once', times: 1 },
  { row: zombies, guarantee: 'at-least-once', times: 1 },
  { row: drains, guarantee: 'at-least-once', times: 8 },
  { row: drains, guarantee: 'exactly-once', times: 8 },
  { row: lostReplies, guarantee: 'at-least-once', times: 6 },
  { row: reloadStorm, guarantee: 'at-least-once', times: 1 },
];

/** Those that need the brokers for themselves. */
export const ofBrokers: readonly Turn[] = [
  { row: brokerKills, guarantee: 'exactly-once', times: 4 },
  { row: brokerKills, guarantee: 'at-least-once', times: 3 },
  { row: rollingRestart, guarantee: 'at-least-once', times: 1 },
  { row: allBrokersAway, guarantee: 'at-least-once', times: 1 },
  { row: brokersStandStill, guarantee: 'at-least-once', times: 1 },
  { row: mixedFaults, guarantee: 'exactly-once', times: 60 },
];

export const allRows: readonly Row[] = [
  ...new Set([...besideEachOther, ...ofBrokers].map(({ row }) => row)),
];
