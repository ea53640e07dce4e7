import { type ListenerKind, listenerKinds, type NodePorts } from './listeners.ts';
import { freePorts } from './ports.ts';

/** Finds so many ports that nobody listens on. */
export type PortChooser = (count: number) => Promise<number[]>;

/** Voters of KRaft are named by fixed ports, so brokers cannot choose theirs themselves. */
export async function choosePorts(
  brokers: number,
  doors: { readonly secure: boolean; readonly proxied: boolean },
  ports: PortChooser = freePorts,
): Promise<NodePorts[]> {
  const kinds: readonly ListenerKind[] = doors.secure ? listenerKinds : ['plaintext'];
  const each = kinds.length + 1 + (doors.proxied ? 2 : 0);
  const chosen = await ports(brokers * each);
  return Array.from({ length: brokers }, (_, index) => {
    const [controller = 0, ...rest] = chosen.slice(index * each, (index + 1) * each);
    const [port = 0, targetPort = 0] = rest.slice(kinds.length);
    return {
      controller,
      listeners: Object.fromEntries(kinds.map((kind, door) => [kind, rest[door]])),
      ...(doors.proxied && { proxied: { port, targetPort } }),
    };
  });
}

/** Where a door is, one address a node. */
export function addressesOf(nodes: readonly NodePorts[], kind: ListenerKind): string[] {
  return nodes.flatMap(({ listeners }) => {
    const port = listeners[kind];
    return port === undefined ? [] : [`127.0.0.1:${port}`];
  });
}
