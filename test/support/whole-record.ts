import type { Flow, FlowEnd } from '../../src/flow/flow.ts';
import type { Connection } from './property-worlds.ts';

/** The record of one connection that says nothing but what was seen: the local pod's name and the numbers. */
export function wholeRecord({ direction, endpoint, connection }: Connection): Flow {
  const { source, destination, protocol, sourcePort, destPort } = connection;
  const { namespace, name } = endpoint;
  const local = { type: 'workload', namespace, name } as const;
  const isEgress = direction === 'egress';
  return {
    reporter: isEgress ? 'src' : 'dst',
    action: null,
    protocol,
    icmpType: null,
    icmpCode: null,
    source: { ...silent, ...(isEgress ? local : {}), addresses: [source], port: sourcePort },
    destination: {
      ...silent,
      ...(isEgress ? {} : local),
      addresses: [destination],
      port: destPort,
    },
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: SEEN_MS,
    endMs: SEEN_MS,
  };
}

/** Later than every object of a world. */
const SEEN_MS = Date.parse('2026-08-18T00:00:00Z');

const silent: FlowEnd = {
  type: null,
  namespace: null,
  name: null,
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};
