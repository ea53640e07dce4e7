import type { FlowRow, WorldRow } from './world-rows.ts';
import { conformanceValue } from '../support/conformance.ts';

/** The worlds that show how answers hold, and what they cost, at size: number of policies, half of them staged. */
export const scaleWorlds = [100, 1000, 5000] as const;

/** One big world with the traces of Calico's own code, in `calico` mode. Who flips what is not given. */
export function scaleWorld(policies: (typeof scaleWorlds)[number]): WorldRow {
  const { id, resources, traces, flows } = conformanceValue(`scale/${policies}`) as ScaleFile;
  return { id, modes: ['calico'], resources, flows: flows.map((row) => flowOf(row, traces)) };
}

interface ScaleFile {
  readonly id: string;
  readonly resources: readonly unknown[];
  readonly traces: readonly Trace[];
  readonly flows: readonly Row[];
}

type Trace = readonly string[];

/** The last two numbers are places in `traces`: of the pending and of the enforced one. */
type Row = readonly [
  reporter: 'Src' | 'Dst',
  source: string,
  destination: string,
  protocol: number,
  sourcePort: number,
  destPort: number,
  endpoint: string,
  pending: number,
  enforced: number,
];

function flowOf(row: Row, traces: readonly Trace[]): FlowRow {
  const [reporter, src_ip, dst_ip, proto, src_port, dst_port, endpoint] = row;
  const [namespace = '', name = ''] = endpoint.split('/');
  const [pending = [], enforced = []] = [traces[row[7]], traces[row[8]]];
  const answers = {
    pending,
    enforced,
    pending_verdict: verdictOf(pending),
    enforced_verdict: verdictOf(enforced),
  };
  const subject = { namespace, name };
  return { reporter, src_ip, dst_ip, proto, src_port, dst_port, endpoint: subject, ...answers };
}

/** What the last hit says; a trace without any denies. */
function verdictOf(trace: Trace): string {
  return trace.at(-1)?.split('|')[3] ?? 'deny';
}
