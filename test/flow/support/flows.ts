import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import type { Address } from '../../../src/net/address.ts';

/** An end of which nothing is said but what the test gives. */
export function anEnd(given: Partial<FlowEnd> = {}): FlowEnd {
  return {
    type: null,
    namespace: null,
    name: null,
    pod: null,
    labels: null,
    addresses: [],
    addressesTruncated: false,
    port: null,
    ...given,
  };
}

/** A TCP flow from pod shop/cart to pod shop/ledger, seen by the latter, that was allowed. */
export function aFlow(given: Partial<Flow> = {}): Flow {
  return {
    reporter: 'dst',
    action: 'allow',
    protocol: 6,
    icmpType: null,
    icmpCode: null,
    source: anEnd({ type: 'workload', namespace: 'shop', name: 'cart' }),
    destination: anEnd({ type: 'workload', namespace: 'shop', name: 'ledger', port: 5432 }),
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: null,
    endMs: null,
    ...given,
  };
}

export function ip4(text: string): Address {
  const value = text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { family: 4, words: [0, 0, 0, value] };
}

export function labels(text: string): ReadonlyMap<string, string> {
  const pairs = text === '' ? [] : text.split(' ').map((pair) => pair.split('='));
  return new Map(pairs.map(([key = '', value = '']) => [key, value]));
}
