import type { Address } from '../../net/address.ts';
import type { Candidate, CandidateIndex, Detail } from '../../policy/index/candidate.ts';
import { NO_REASONS, type ReasonSet } from '../reason-set.ts';

/** Everything one end of a flow may be (contract 4, "Who an endpoint is"). */
export interface Readings {
  readonly candidates: readonly Candidate[];
  /** What to name where the candidates leave the verdict open. Empty: the record only lacks the address. */
  readonly doubts: ReasonSet;
}

/** What is known of a flow apart from the end being read. */
export interface Surroundings {
  readonly index: CandidateIndex;
  /** The end whose policies are evaluated. */
  readonly isLocal: boolean;
  /** Namespace of the other end, '' for none: it chooses which network set Felix names. */
  readonly otherNamespace: string;
  /** When the flow began; `null` = unknown. */
  readonly flowMs: number | null;
  /** The same for times that readings cannot tell apart, where any are remembered. */
  readonly timeClass: number;
  /** How finely unknown addresses are told apart. */
  readonly detail: Detail;
}

export function certainly(candidates: readonly Candidate[]): Readings {
  return { candidates, doubts: NO_REASONS };
}

/** All that any of several readings allows; `doubts` says why there are several. */
export function either(readings: readonly Readings[], doubts: ReasonSet): Readings {
  return {
    candidates: readings.flatMap((reading) => reading.candidates),
    doubts: readings.reduce((set, reading) => set | reading.doubts, doubts),
  };
}

/**
 * An end of which nothing is known but perhaps its address: a workload, a host, or nobody. As the local
 * end it is some workload.
 */
export function anybody(
  address: Address | null,
  around: Surroundings,
  doubts: ReasonSet,
): Readings {
  const region =
    address === null ? ({ kind: 'any' } as const) : ({ kind: 'address', address } as const);
  const unknown = { namespace: null, labels: null, isAggregate: true };
  const { index, isLocal, flowMs, detail } = around;
  const workload = index.ofLabels({ ...unknown, isWorkload: true }, region, detail);
  if (isLocal) return { candidates: workload, doubts };
  const host = index.ofLabels({ ...unknown, isWorkload: false }, region, detail);
  return { candidates: [...workload, ...host, ...index.ofRegion(region, flowMs, detail)], doubts };
}
