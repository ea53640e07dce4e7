import type { Direction } from '../policy/actions.ts';
import type { Facts } from '../policy/evaluator/facts.ts';
import type { Candidate } from '../policy/index/candidate.ts';
import type { Flow, FlowEnd } from './flow.ts';
import type { Recollection, KnownReadings } from './identity/known-readings.ts';
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
  /** `null` = nothing was read before. */
  readonly recalled: Recollection | null;
}

/** 'host' where the reporting end is no workload (contract 4, rule 7). */
export function connectionsOf(
  policies: JudgedPolicies,
  flow: Flow,
  way: Way,
): Connections | 'host' {
  const { direction, recalled } = way;
  const { source: from, destination: to } = flow;
  const isEgress = direction === 'egress';
  const atSource = surroundingsOf(End.source, { policies, flow, way });
  const atDestination = surroundingsOf(End.destination, { policies, flow, way });
  const local = isEgress
    ? localOf(from, atSource, recalled?.source)
    : localOf(to, atDestination, recalled?.destination);
  if (local === 'host') return 'host';
  const peer = isEgress
    ? peerOf(to, atDestination, recalled?.destination)
    : peerOf(from, atSource, recalled?.source);
  const source = isEgress ? local : peer;
  const destination = isEgress ? peer : local;
  return { source, destination, pairs: pairsOf(flow, direction, { source, destination }) };
}

interface Asked {
  readonly policies: JudgedPolicies;
  readonly flow: Flow;
  readonly way: Way;
}

function surroundingsOf(end: number, { policies, flow, way }: Asked): Surroundings {
  const { source, destination, startMs } = flow;
  const { direction, toldApart, recalled } = way;
  const isSource = end === End.source;
  return {
    index: policies,
    isLocal: isSource === (direction === 'egress'),
    otherNamespace: (isSource ? destination : source).namespace ?? '',
    flowMs: startMs,
    timeClass: recalled?.timeClass ?? 0,
    detail: (toldApart & end) === 0 ? 'folded' : 'classes',
  };
}

function localOf(
  end: FlowEnd,
  around: Surroundings,
  known: KnownReadings | undefined,
): Readings | 'host' {
  return known === undefined
    ? readLocally(end, around)
    : known.asLocal.of(end, around, readLocally);
}

function peerOf(end: FlowEnd, around: Surroundings, known: KnownReadings | undefined): Readings {
  return known === undefined
    ? readRemotely(end, around)
    : known.asPeer.of(end, around, readRemotely);
}

function readLocally(end: FlowEnd, around: Surroundings): Readings | 'host' {
  const found = readLocal(end, around);
  return found === 'host' ? found : distinct(found);
}

function readRemotely(end: FlowEnd, around: Surroundings): Readings {
  return distinct(readPeer(end, around));
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
  const [from] = source.candidates;
  const [to] = destination.candidates;
  const isOne = source.candidates.length === 1 && destination.candidates.length === 1;
  if (isOne && from !== undefined && to !== undefined) {
    const pair = factsOf(flow, { direction, source: from, destination: to });
    return haveMet(pair) || isTaken(flow) ? [pair] : [];
  }
  const pairs = source.candidates.flatMap((one) =>
    destination.candidates.map((other) =>
      factsOf(flow, { direction, source: one, destination: other }),
    ),
  );
  const met = pairs.filter((pair) => haveMet(pair));
  return met.length === 0 && isTaken(flow) ? pairs : met;
}

/** Whoever writes down two addresses of different families is taken at his word. */
function isTaken({ source, destination }: Flow): boolean {
  return source.addresses.length > 0 && destination.addresses.length > 0;
}

function haveMet({ source, destination }: Facts): boolean {
  return source.family === 0 || destination.family === 0 || source.family === destination.family;
}

function factsOf(
  flow: Flow,
  { direction, source, destination }: Pick<Facts, 'direction' | 'source' | 'destination'>,
): Facts {
  return {
    direction,
    protocol: flow.protocol ?? -1,
    sourcePort: flow.source.port ?? -1,
    destPort: flow.destination.port ?? -1,
    icmpType: flow.icmpType ?? -1,
    icmpCode: flow.icmpCode ?? -1,
    source,
    destination,
  };
}
