import type { Direction } from '../policy/actions.ts';
import type { Facts } from '../policy/evaluator/facts.ts';
import type { Candidate } from '../policy/index/candidate.ts';
import type { Flow } from './flow.ts';
import { readLocal } from './identity/local.ts';
import { readPeer } from './identity/peer.ts';
import type { Readings } from './identity/readings.ts';
import type { JudgedPolicies } from './policy-index.ts';

/** How many pairs of readings of one flow are evaluated; beyond, the flow stays uncertain. */
const PAIRS_MAX = 1024;

export interface JudgeOptions {
  /** `policies.icmpFromPort`: ICMPv4 type and code are read from the destination port. */
  readonly icmpFromPort: boolean;
}

/** One flow put to the policies: every connection it may stand for, but for its unknown numbers. */
export interface Question {
  readonly policies: JudgedPolicies;
  readonly direction: Direction;
  readonly source: Readings;
  readonly destination: Readings;
  /** `null` = more than can be looked at. Empty = the ends cannot have met: no address family in common. */
  readonly pairs: readonly Facts[] | null;
}

/** Only one end of a flow has its policies evaluated: the reporter's (semantics 5.1). */
export function directionOf(flow: Flow): Direction | null {
  if (flow.reporter === null) return null;
  return flow.reporter === 'src' ? 'egress' : 'ingress';
}

/** 'host' where the reporting end is no workload (contract 4, rule 7). */
export function questionOf(
  policies: JudgedPolicies,
  { flow, direction }: { readonly flow: Flow; readonly direction: Direction },
  options: JudgeOptions,
): Question | 'host' {
  const isEgress = direction === 'egress';
  const [localEnd, peerEnd] = isEgress
    ? [flow.source, flow.destination]
    : [flow.destination, flow.source];
  const around = { index: policies, flowMs: flow.startMs };
  const reading = readLocal(localEnd, {
    ...around,
    isLocal: true,
    otherNamespace: peerEnd.namespace ?? '',
  });
  if (reading === 'host') return 'host';
  const local = distinct(reading);
  const otherNamespace = localEnd.namespace ?? '';
  const peer = distinct(readPeer(peerEnd, { ...around, isLocal: false, otherNamespace }));
  const [source, destination] = isEgress ? [local, peer] : [peer, local];
  const numbers = { direction, ...numbersOf(flow, options) };
  const pairs = pairsOf(source.candidates, destination.candidates, numbers);
  return { policies, direction, source, destination, pairs };
}

/** The readings of the end whose policies are evaluated. */
export function localCandidates(question: Question): readonly Candidate[] {
  const { direction, source, destination } = question;
  return (direction === 'egress' ? source : destination).candidates;
}

const ICMP_V4 = 1;

function distinct({ candidates, doubts }: Readings): Readings {
  if (candidates.length === 1) return { candidates, doubts };
  return { candidates: [...new Map(candidates.map((one) => [one.id, one])).values()], doubts };
}

function pairsOf(
  sources: readonly Candidate[],
  destinations: readonly Candidate[],
  numbers: Omit<Facts, 'source' | 'destination'>,
): readonly Facts[] | null {
  if (sources.length * destinations.length > PAIRS_MAX) return null;
  return sources.flatMap((source) =>
    destinations
      .filter(({ family }) => family === 0 || source.family === 0 || family === source.family)
      .map((destination) => ({ ...numbers, source, destination })),
  );
}

function numbersOf(flow: Flow, { icmpFromPort }: JudgeOptions) {
  const destPort = flow.destination.port ?? -1;
  // Nodes that count connections in the kernel's table put type and code into the port (semantics 6.1).
  const isPacked =
    icmpFromPort && flow.protocol === ICMP_V4 && flow.icmpType === null && destPort >= 0;
  return {
    protocol: flow.protocol ?? -1,
    sourcePort: flow.source.port ?? -1,
    destPort,
    icmpType: isPacked ? destPort >> 8 : (flow.icmpType ?? -1),
    icmpCode: isPacked ? destPort & 0xff : (flow.icmpCode ?? -1),
  };
}
