import type { Direction } from '../policy/actions.ts';
import type { Facts } from '../policy/evaluator/facts.ts';
import type { Candidate } from '../policy/index/candidate.ts';
import type { Flow, FlowEnd } from './flow.ts';
import { readLocal } from './identity/local.ts';
import { readPeer } from './identity/peer.ts';
import type { Readings, Surroundings } from './identity/readings.ts';
import type { JudgedPolicies } from './policy-index.ts';

/** How many pairs of readings of one flow are evaluated; beyond, the flow stays uncertain. */
const PAIRS_MAX = 1024;

/** Every connection one flow may stand for, but for its unknown numbers. */
export interface Connections {
  readonly source: Readings;
  readonly destination: Readings;
  /** `null` = more than can be looked at. Empty = the ends cannot have met: no address family in common. */
  readonly pairs: readonly Facts[] | null;
}

/** Ends of a flow, as bits. */
export const End = { source: 1, destination: 2 } as const;

/** How a flow is read: which end's policies count, and (as bits of `End`) whose unknown addresses are told apart. */
export interface Way {
  readonly direction: Direction;
  readonly toldApart: number;
}

/** 'host' where the reporting end is no workload (contract 4, rule 7). */
export function connectionsOf(
  policies: JudgedPolicies,
  flow: Flow,
  { direction, toldApart }: Way,
): Connections | 'host' {
  const isEgress = direction === 'egress';
  const around = (end: number, other: FlowEnd): Surroundings => ({
    index: policies,
    isLocal: (end === End.source) === isEgress,
    otherNamespace: other.namespace ?? '',
    flowMs: flow.startMs,
    detail: (toldApart & end) === 0 ? 'folded' : 'classes',
  });
  const atSource = around(End.source, flow.destination);
  const atDestination = around(End.destination, flow.source);
  const local = isEgress
    ? readLocal(flow.source, atSource)
    : readLocal(flow.destination, atDestination);
  if (local === 'host') return 'host';
  const peer = isEgress
    ? readPeer(flow.destination, atDestination)
    : readPeer(flow.source, atSource);
  const source = distinct(isEgress ? local : peer);
  const destination = distinct(isEgress ? peer : local);
  return { source, destination, pairs: pairsOf(flow, direction, { source, destination }) };
}

/** Whether two ways of reading a flow came to the same connections. */
export function sameConnections(one: Connections, other: Connections): boolean {
  return (
    sameCandidates(one.source.candidates, other.source.candidates) &&
    sameCandidates(one.destination.candidates, other.destination.candidates)
  );
}

function sameCandidates(some: readonly Candidate[], others: readonly Candidate[]): boolean {
  return some.length === others.length && some.every(({ id }, place) => id === others[place]?.id);
}

function distinct({ candidates, doubts }: Readings): Readings {
  if (candidates.length === 1) return { candidates, doubts };
  return { candidates: [...new Map(candidates.map((one) => [one.id, one])).values()], doubts };
}

function pairsOf(
  flow: Flow,
  direction: Direction,
  { source, destination }: Pick<Connections, 'source' | 'destination'>,
): readonly Facts[] | null {
  if (source.candidates.length * destination.candidates.length > PAIRS_MAX) return null;
  const numbers = numbersOf(flow);
  const pairs = source.candidates.flatMap((one) =>
    destination.candidates.map((other) => ({
      direction,
      ...numbers,
      source: one,
      destination: other,
    })),
  );
  const met = pairs.filter((pair) => haveMet(pair));
  // Whoever writes down two addresses of different families is taken at his word.
  const isGiven = flow.source.addresses.length > 0 && flow.destination.addresses.length > 0;
  return met.length === 0 && isGiven ? pairs : met;
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
