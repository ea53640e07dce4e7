import { portList } from './ports.ts';
import type { PortText } from './ports.ts';
import type { PortList } from './model.ts';

/** Ports of one protocol, as one rule will hold them; `ports` null = all of them. */
export interface PortGroup {
  /** Text of the protocol; empty = any. */
  readonly protocol: string;
  readonly ports: PortList | null;
}

/** A protocol with one of its ports, or with all of them (`null`). */
export interface ProtocolPort {
  readonly protocol: string;
  readonly port: PortText | null;
}

/**
 * One group a protocol, in ascending order of their texts, as one rule of Kubernetes becomes one rule
 * of Calico a protocol (semantics 2.5). A protocol that is named once without a port has all of them;
 * an entry with neither stands for everything.
 */
export function groupPorts(entries: readonly ProtocolPort[]): readonly PortGroup[] {
  const groups = new Map<string, PortText[] | null>();
  for (const { protocol, port } of entries) {
    const group = groups.get(protocol);
    if (port === null) groups.set(protocol, null);
    else if (group === undefined) groups.set(protocol, [port]);
    else group?.push(port);
  }
  if (groups.size === 0) return [{ protocol: '', ports: null }];
  return [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([protocol, ports]) => ({ protocol, ports: ports === null ? null : simplified(ports) }));
}

/** Names in their order, then ranges sorted and merged; fewer than two numbers stay as they are. */
function simplified(ports: readonly PortText[]): PortList {
  const { ranges, names } = portList(ports);
  const merged: [number, number][] = [];
  for (const [low, high] of ranges.toSorted(([left], [right]) => left - right)) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return { ranges: merged, names };
}
