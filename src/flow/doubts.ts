import type { Facts } from '../policy/evaluator/facts.ts';
import type { Candidate } from '../policy/index/candidate.ts';
import type { Connections } from './connections.ts';
import { NO_REASONS, reasonSet, type ReasonSet } from './reason-set.ts';

/**
 * Why the ends of a flow leave its verdict open: their own doubts, and for an end whose candidates lead to
 * different verdicts without any, that the record lacks the address that would tell them apart.
 * `verdicts` are the possible verdicts of each pair, as bits.
 */
export function doubtsOf(
  connections: Connections,
  pairs: readonly Facts[],
  verdicts: readonly number[],
): ReasonSet {
  const { source, destination } = connections;
  const own = source.doubts | destination.doubts;
  if (verdicts.every((bits) => bits === verdicts[0])) return own;
  const bySource = varies(
    pairs.map((facts) => facts.destination),
    verdicts,
  );
  const byDestination = varies(
    pairs.map((facts) => facts.source),
    verdicts,
  );
  // Pairs of different families share no end: then it is both.
  const isNeither = !bySource && !byDestination;
  const lacksSource = (bySource || isNeither) && source.doubts === NO_REASONS;
  const lacksDestination = (byDestination || isNeither) && destination.doubts === NO_REASONS;
  return own | (lacksSource ? NO_SOURCE_IP : 0) | (lacksDestination ? NO_DEST_IP : 0);
}

const NO_SOURCE_IP = reasonSet('no_source_ip');
const NO_DEST_IP = reasonSet('no_dest_ip');

/** Whether verdicts differ while this end stays the same. */
function varies(held: readonly Candidate[], verdicts: readonly number[]): boolean {
  const first = new Map<Candidate, number | undefined>();
  return held.some((candidate, place) => {
    if (first.has(candidate)) return first.get(candidate) !== verdicts[place];
    first.set(candidate, verdicts[place]);
    return false;
  });
}
