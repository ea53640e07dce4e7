import type { Fields } from './fields.ts';
import type { PortList } from './model.ts';
import { shown } from './shown.ts';

/** A port, a range of ports or a named port of a rule; `reason` if it is none of them. */
export type PortText =
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'error'; readonly reason: string };

/** Reads the text of a port (semantics 1.6): `80`, `8000:8010` or a name. Port 0 is left to the caller. */
export function parsePort(text: string): PortText {
  const numbers = /^([0-9]+)(?::([0-9]+))?$/.exec(text);
  if (numbers === null) {
    if (/^[a-zA-Z0-9_.-]{1,128}$/.test(text)) return { kind: 'name', name: text };
    return {
      kind: 'error',
      reason: `${shown(text)} is no port, no range like \`80:90\` and no name`,
    };
  }
  const low = Number(numbers[1]);
  const high = Number(numbers[2] ?? numbers[1]);
  if (high > 65535 || low > 65535) {
    return { kind: 'error', reason: `${shown(text)} is beyond port 65535` };
  }
  if (low > high) return { kind: 'error', reason: `${shown(text)} ends before it begins` };
  return { kind: 'range', low, high };
}

/** Why a port name is not one that Kubernetes and Felix take, or null (semantics 1.6). */
export function portNameFlaw(name: string): string | null {
  if (name.length > 15) return 'is longer than 15 characters';
  if (!/^[a-z0-9-]+$/.test(name)) return 'may hold only lower-case letters, digits and `-`';
  if (!/[a-z]/.test(name)) return 'needs a letter';
  return /^-|-$|--/.test(name) ? 'has a `-` at an end or two in a row' : null;
}

/** What is wrong with a port for Felix as well as for the API server, or null. */
export function portFlaw(port: PortText): string | null {
  if (port.kind === 'error') return port.reason;
  if (port.kind === 'range') return port.low === 0 ? 'port 0 is no port' : null;
  const flaw = portNameFlaw(port.name);
  return flaw === null ? null : `the port name ${shown(port.name)} ${flaw}`;
}

/** The ports in the member `name` of one side of a Calico rule; null if there are none. */
export function readPorts(entity: Fields, name: string): PortList | null {
  const items = entity.list(name);
  if (items.length === 0) return null;
  if (items.length > portsMax) {
    entity.report('refused', name, { message: `more than ${portsMax} ports` });
  }
  const ports: PortText[] = [];
  for (const [index, item] of items.entries()) {
    const port = portOf(item);
    const message = portFlaw(port);
    if (message === null) ports.push(port);
    else entity.item(name).report('broken', index, { message, hint: rangeHint(item) });
  }
  return portList(ports);
}

/** The list that the rules hold; never null, so that an unreadable list is not taken for none. */
export function portList(ports: readonly PortText[]): PortList {
  return {
    ranges: ports.flatMap((port) =>
      port.kind === 'range' ? [[port.low, port.high] as const] : [],
    ),
    names: ports.flatMap((port) => (port.kind === 'name' ? [port.name] : [])),
  };
}

const portsMax = 50;

function rangeHint(item: unknown): string {
  const isRange = typeof item === 'string' && /^[0-9]+ *[-–] *[0-9]+$/.test(item);
  return isRange ? 'a range is written `80:90`' : '';
}

function portOf(item: unknown): PortText {
  if (typeof item === 'string') return parsePort(item);
  if (typeof item === 'number' && Number.isInteger(item) && item >= 0) {
    return parsePort(String(item));
  }
  return { kind: 'error', reason: 'expected a port number, a range like `80:90`, or a port name' };
}
