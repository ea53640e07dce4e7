import type { Direction } from '../policy/actions.ts';
import { connectionsOf, sameConnections, type Connections } from './connections.ts';
import type { Flow } from './flow.ts';
import type { Recollection } from './identity/known-readings.ts';
import type { JudgedPolicies } from './policy-index.ts';

/** One flow put to the policies. */
export interface Question {
  readonly policies: JudgedPolicies;
  readonly direction: Direction;
  /** All that the flow may be, with unknown addresses folded into one: few, and often enough. */
  readonly coarse: Connections;
  /**
   * The same, with the unknown addresses of these ends (bits of `End`) told apart as far as rules can;
   * `coarse` itself where that is no finer.
   */
  readonly tellApart: (ends: number) => Connections;
}

/** Puts a flow to the policies; if it is not to be evaluated, says why. */
export function questionOf(
  policies: JudgedPolicies,
  flow: Flow,
  recalled: Recollection | null = null,
): Question | 'direction_unknown' | 'host_traffic' {
  const direction = directionOf(flow);
  if (direction === null) return 'direction_unknown';
  const coarse = connectionsOf(policies, flow, { direction, toldApart: 0, recalled });
  if (coarse === 'host') return 'host_traffic';
  const known = new Map<number, Connections>();
  const tellApart = (toldApart: number): Connections => {
    const before = known.get(toldApart);
    if (before !== undefined) return before;
    const told = connectionsOf(policies, flow, { direction, toldApart, recalled });
    const connections = told === 'host' || sameConnections(told, coarse) ? coarse : told;
    known.set(toldApart, connections);
    return connections;
  };
  return { policies, direction, coarse, tellApart };
}

/** Only one end of a flow has its policies evaluated: the reporter's (semantics 5.1). */
export function directionOf({ reporter }: Flow): Direction | null {
  if (reporter === null) return null;
  return reporter === 'src' ? 'egress' : 'ingress';
}
