import { type ListenerKind, listenerKinds, type NodePorts } from './listeners.ts';
import { freePorts } from './ports.ts';

/** Finds so many ports that nobody listens on. */
export type PortChooser = (count: number) => Promise<number[]>;

/** Voters of KRaft are named by fixed ports, so brokers cannot choose theirs themselves. */
export async function choosePorts(
  brokers: number,
  secure: boolean,
  ports: PortChooser = freePorts,
): Promise<NodePorts[]> {
  const kinds: readonly ListenerKind[] = secure ? listenerKinds : ['plaintext'];
  const each = kinds.length + 1;
  const chosen = await ports(brokers * each);
  return Array.from({ length: brokers }, (_, index) => {
    const [controller = 0, ...doors] = chosen.slice(index * each, (index + 1) * each);
    return {
      controller,
      listeners: Object.fromEntries(kinds.map((kind, door) => [kind, doors[door]])),
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
