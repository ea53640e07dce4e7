// How much is decided of the flows of the conformance data: whoever is never certain is never wrong. That
// what is decided is right other properties tell. The shares are gated a little below what they are.
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/flow/judge.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { poorer, type RecordLosses } from '../support/losses.ts';
import { conformanceWorlds, type Connection } from '../support/property-worlds.ts';
import { describedRecord } from '../support/whole-record.ts';

/** Of each world, so that the test stays short. */
const connectionsMax = 8;

const nothing: RecordLosses = { source: [], destination: [], protocol: false };

/** What Goldmane leaves of a record (semantics 6.1). */
const aggregation: RecordLosses = {
  source: ['address', 'port', 'pod', 'calicoLabels'],
  destination: ['address', 'pod', 'calicoLabels'],
  protocol: false,
};

const withoutAddresses: RecordLosses = {
  ...nothing,
  source: ['address'],
  destination: ['address'],
};

interface Seen {
  readonly cluster: Cluster;
  readonly connections: readonly Connection[];
}

const all: readonly Seen[] = conformanceWorlds(connectionsMax).map(
  ({ objects, rawTypes, connections }) => {
    const cluster = clusterOf(objects, { mode: 'enforcement', rawTypes });
    return { cluster, connections: connections(cluster.resources) };
  },
);

describe.each([
  ['with all that was seen', nothing, 1, 0.96],
  ['without addresses', withoutAddresses, 0.92, 0.87],
  ['as Goldmane aggregates them', aggregation, 0.91, 0.86],
] as const)('records %s', (name, losses, decidedMin, certainMin) => {
  test('no fewer are decided than before', () => {
    const judged = all.flatMap((seen) => judgeAll(seen, losses));
    const decided = judged.filter(({ verdict }) => verdict === 'allow' || verdict === 'deny');
    const certain = decided.filter(({ certainty }) => certainty === 'certain');
    const shares = { decided: share(decided, judged), certain: share(certain, judged) };
    console.info(`${name}: ${JSON.stringify(shares)} of ${judged.length}`);
    expect(shares.decided).toBeGreaterThanOrEqual(decidedMin);
    expect(shares.certain).toBeGreaterThanOrEqual(certainMin);
  });
});

function judgeAll({ cluster, connections }: Seen, losses: RecordLosses) {
  const { resources, index } = cluster;
  return connections.map((connection) =>
    judge(index, poorer(describedRecord(connection, resources), losses, resources)),
  );
}

/** In thousandths, rounded down. */
function share(part: readonly unknown[], whole: readonly unknown[]): number {
  return Math.floor((1000 * part.length) / whole.length) / 1000;
}
