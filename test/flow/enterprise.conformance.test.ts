import { describe, expect, test } from 'vitest';
import type { FlowEnd } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import { formatAddress } from '../../src/net/address.ts';
import type { Resources, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import { addressOf } from '../conformance/oracle-judge.ts';
import type { FlowRow } from '../conformance/world-rows.ts';
import { describedRecord } from '../support/whole-record.ts';
import { flowOf } from './dialects/support/reading.ts';
import { recordRows, type RecordRow } from './support/record-worlds.ts';

/**
 * The connections of Calico's conformance records as Enterprise would log each of them, at every level of
 * aggregation. `decided` are shares of a thousand; nothing decided is ever another verdict than Calico's.
 */
const levels = [
  { mode: 'enforcement', level: 0, shipper: 'nothing', decided: 1000 },
  { mode: 'enforcement', level: 1, shipper: 'nothing', decided: 985 },
  { mode: 'enforcement', level: 2, shipper: 'nothing', decided: 816 },
  { mode: 'enforcement', level: 3, shipper: 'nothing', decided: 711 },
  { mode: 'calico', level: 0, shipper: 'nothing', decided: 1000 },
  { mode: 'calico', level: 1, shipper: 'nothing', decided: 974 },
  { mode: 'calico', level: 2, shipper: 'nothing', decided: 796 },
  { mode: 'calico', level: 3, shipper: 'nothing', decided: 686 },
  { mode: 'enforcement', level: 0, shipper: 'the type of the source', decided: 1000 },
  { mode: 'enforcement', level: 2, shipper: 'the type of the source', decided: 816 },
] as const;

describe.each(levels)('$mode, level $level, $shipper overwritten', (row) => {
  const { mode, level, shipper, decided } = row;
  const stamp = shipper === 'nothing' ? {} : { source_type: 'kafka', host: 'a1' };
  test("no decided verdict differs from Calico's, and no fewer are decided than before", () => {
    const judged = recordRows('goldmane-go', mode, 'dated').flatMap((known) =>
      known.connections.flatMap((connection, place) => {
        const record = recordOf(connection, known, level);
        if (record === null) return [];
        const flow = flowOf(JSON.stringify({ ...record, ...stamp }));
        if (typeof flow === 'string') throw new Error(`line ${known.line}: ${flow}`);
        const { verdict } = judge(known.index, flow);
        return [{ line: known.line, verdict, expected: known.verdicts[place] }];
      }),
    );
    const sure = judged.filter(({ verdict }) => verdict === 'allow' || verdict === 'deny');
    const share = Math.floor((1000 * sure.length) / judged.length);
    console.info(
      `enterprise, ${mode}, level ${level}, ${shipper} overwritten: ${share} of 1000 decided of ${judged.length}`,
    );
    expect(sure.filter(({ verdict, expected }) => verdict !== expected)).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(decided);
  });
});

/** `null` = of a pod that its world has no more. */
function recordOf(row: FlowRow, { flow, resources }: RecordRow, level: number): object | null {
  const isEgress = row.reporter === 'Src';
  const { namespace, name } = row.endpoint;
  const endpoint = resources.inventory.endpoints.find(
    (one) => one.namespace === namespace && one.name === name,
  );
  if (endpoint === undefined) return null;
  const connection = {
    source: addressOf(row.src_ip),
    destination: addressOf(row.dst_ip),
    protocol: row.proto,
    sourcePort: row.src_port,
    destPort: row.dst_port,
    icmp: null,
  };
  const direction = isEgress ? 'egress' : 'ingress';
  const described = describedRecord({ direction, endpoint, connection }, resources);
  return {
    start_time: (flow.startMs ?? 0) / 1000,
    ...endOf('source', described.source, { level, resources }),
    ...endOf('dest', described.destination, { level, resources }),
    source_port: level >= 1 ? null : row.src_port,
    dest_port: level >= 3 ? null : row.dst_port,
    proto: String(row.proto),
    action: row.enforced_verdict,
    reporter: isEgress ? 'src' : 'dst',
    policies: {
      all_policies: row.enforced,
      enforced_policies: row.enforced,
      pending_policies: [],
    },
  };
}

interface Logged {
  readonly level: number;
  readonly resources: Resources;
}

const types = { workload: 'wep', host: 'hep', networkset: 'ns', network: 'net' } as const;

function endOf(side: 'source' | 'dest', end: FlowEnd, { level, resources }: Logged) {
  const { type, namespace, name, labels, addresses } = end;
  const pod = resources.inventory.endpoints.find(
    (one) => type === 'workload' && one.namespace === namespace && one.name === name,
  );
  const [address] = addresses;
  return {
    [`${side}_type`]: type === null ? null : types[type],
    [`${side}_namespace`]: namespace === '' ? '-' : namespace,
    [`${side}_name`]: pod === undefined || level >= 2 ? '-' : pod.name,
    [`${side}_name_aggr`]: pod === undefined ? name : aggregateOf(pod),
    [`${side}_labels`]: labels === null ? null : { labels: textsOf(labels) },
    [`${side}_ip`]: address === undefined || level >= 2 ? null : formatAddress(address),
  };
}

function aggregateOf({ name, generateName }: WorkloadEndpoint): string {
  return generateName === null ? name : `${generateName}*`;
}

function textsOf(labels: NonNullable<FlowEnd['labels']>): readonly string[] {
  return [...labels].map(([key, value]) => `${key}=${value}`);
}
