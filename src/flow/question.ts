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
  flow: Flow,
  direction: Direction,
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
  const numbers = { direction, ...numbersOf(flow) };
  const pairs = pairsOf(source.candidates, destination.candidates, numbers);
  const met = pairs?.filter((pair) => haveMet(pair)) ?? null;
  // Whoever writes down two addresses of different families is taken at his word.
  const isGiven = flow.source.addresses.length > 0 && flow.destination.addresses.length > 0;
  const isEmpty = met !== null && met.length === 0;
  return { policies, direction, source, destination, pairs: isEmpty && isGiven ? pairs : met };
}

/** The readings of the end whose policies are evaluated. */
export function localCandidates(question: Question): readonly Candidate[] {
  const { direction, source, destination } = question;
  return (direction === 'egress' ? source : destination).candidates;
}

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
    destinations.map((destination) => ({ ...numbers, source, destination })),
  );
}

function haveMet({ source, destination }: Facts): boolean {
  return source.family === 0 || destination.family === 0 || source.family === destination.family;
}

function numbersOf(flow: Flow) {
  return {
    protocol: flow.protocol ?? -1,
    sourcePort: flow.source.port ?? -1,
    destPort: flow.destination.port ?? -1,
    icmpType: flow.icmpType ?? -1,
    icmpCode: flow.icmpCode ?? -1,
  };
}
