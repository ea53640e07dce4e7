import { numberClassesOf } from './number-classes.ts';
import type { IndexTables } from './tables.ts';

/** Ports that nothing in the index can tell apart: the first port of every such stretch, from 0, in order. */
export interface PortClasses {
  readonly source: readonly number[];
  readonly destination: readonly number[];
}

/** Ports of one class have one answer, whatever else is asked of a connection. */
export function portClassesOf(tables: IndexTables): PortClasses {
  const { sourcePorts, destPorts, icmp, icmpFromPort } = numberClassesOf(tables);
  const ofIcmp = icmpFromPort ? icmp.flatMap(edgesOfIcmp) : [];
  const destination = [...new Set([...destPorts, ...ofIcmp])]
    .filter((port) => port <= PORT_MAX)
    .toSorted((a, b) => a - b);
  return { source: sourcePorts, destination };
}

/** A destination port may stand for the type and the code of ICMP (semantics 6.1). */
function edgesOfIcmp([type, code]: readonly [number, number]): number[] {
  const first = type << 8;
  return [first, first + code, first + code + 1, first + 256];
}

const PORT_MAX = 65_535;
