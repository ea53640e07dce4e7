import type { FlowEnd } from '../flow.ts';
import type { Readings, Surroundings } from './readings.ts';

/** What was found before of the parts that a flow is made of. */
export interface Recollection {
  readonly source: KnownReadings;
  readonly destination: KnownReadings;
  readonly trace: KnownTrace;
  /** The same for flows that began at times which readings cannot tell apart. */
  readonly timeClass: number;
}

/** Whether a recorded trace names what is not loaded; `null` = that was not asked. */
export interface KnownTrace {
  namesMissing: boolean | null;
}

/**
 * What one end of a flow was last read as, by one index. Ends that differ in nothing but their port have one of
 * these.
 */
export class KnownReadings {
  readonly asLocal = new LastReadings<Readings | 'host'>();
  readonly asPeer = new LastReadings<Readings>();
}

class LastReadings<Found extends Readings | 'host'> {
  #folded: Known<Found> | null = null;
  #fine: Known<Found> | null = null;

  /** As `read` reads it, or as it did before. */
  of(
    end: FlowEnd,
    around: Surroundings,
    read: (end: FlowEnd, around: Surroundings) => Found,
  ): Found {
    const { detail, timeClass, otherNamespace } = around;
    const known = detail === 'folded' ? this.#folded : this.#fine;
    // Only what may be a network set asks who the other is.
    const isSame = end.type === 'workload' || known?.otherNamespace === otherNamespace;
    if (known?.timeClass === timeClass && isSame) return known.found;
    const found = read(end, around);
    if (found !== 'host' && found.candidates.length > CANDIDATES_MAX) return found;
    if (detail === 'folded') this.#folded = { timeClass, otherNamespace, found };
    else this.#fine = { timeClass, otherNamespace, found };
    return found;
  }
}

interface Known<Found> {
  readonly timeClass: number;
  readonly otherNamespace: string;
  readonly found: Found;
}

/** Longer lists are made anew: they are rare, and would take room. */
const CANDIDATES_MAX = 16;
