import { describe, expect, test } from 'vitest';
import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import { flowOf } from './support/reading.ts';
import { recordLines } from './support/records.ts';
import { changed, whisker } from './support/whisker-record.ts';

const noEnd: FlowEnd = {
  type: null,
  namespace: null,
  name: null,
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};

const goldmane = {
  Key: {
    source_name: 'cart-6b687c8dcb-*',
    source_namespace: 'shop',
    source_type: 1,
    dest_name: 'ledger-86c57db685-*',
    dest_namespace: 'payments',
    dest_type: 1,
    dest_port: 5432,
    dest_service_name: 'ledger',
    dest_service_namespace: 'payments',
    dest_service_port_name: 'pg',
    dest_service_port: 5432,
    proto: 'tcp',
    reporter: 2,
    action: 1,
    policies: {
      enforced_policies: [
        {
          kind: 1,
          namespace: 'payments',
          name: 'ledger-in',
          tier: 'default',
          action: 1,
          rule_index: 1,
        },
      ],
      pending_policies: [
        {
          kind: 10,
          tier: 'default',
          action: 2,
          rule_index: -1,
          trigger: { kind: 3, namespace: 'payments', name: 'ledger-strict', tier: 'default' },
        },
      ],
    },
  },
  start_time: 1_787_000_000,
  end_time: 1_787_000_015,
  source_labels: ['app=cart', 'team=red'],
  dest_labels: ['app=ledger', 'role='],
  packets_in: 19,
};

const goldmaneFlow: Flow = {
  reporter: 'dst',
  action: 'allow',
  protocol: 6,
  icmpType: null,
  icmpCode: null,
  source: {
    ...noEnd,
    type: 'workload',
    namespace: 'shop',
    name: 'cart-6b687c8dcb-*',
    labels: new Map([
      ['app', 'cart'],
      ['team', 'red'],
    ]),
  },
  destination: {
    ...noEnd,
    type: 'workload',
    namespace: 'payments',
    name: 'ledger-86c57db685-*',
    labels: new Map([
      ['app', 'ledger'],
      ['role', ''],
    ]),
    port: 5432,
  },
  destService: { namespace: 'payments', name: 'ledger' },
  enforced: [
    {
      policy: { kind: 'NetworkPolicy', namespace: 'payments', name: 'ledger-in', tier: 'default' },
      action: 'allow',
      policyIndex: 0,
      ruleIndex: 1,
    },
  ],
  pendingUpstream: [
    {
      policy: {
        kind: 'StagedNetworkPolicy',
        namespace: 'payments',
        name: 'ledger-strict',
        tier: 'default',
      },
      action: 'deny',
      policyIndex: 0,
      ruleIndex: -1,
    },
  ],
  startMs: 1_787_000_000_000,
  endMs: 1_787_000_015_000,
};

/** The source of a record with these addresses. */
function sourceAt(source_ips: readonly string[]): FlowEnd | string {
  const flow = flowOf(JSON.stringify({ ...goldmane, source_ips }));
  return typeof flow === 'string' ? flow : flow.source;
}

describe("Goldmane's Go JSON", () => {
  test('is decoded whole', () => {
    expect(flowOf(JSON.stringify(goldmane))).toEqual(goldmaneFlow);
  });

  test('is the same under its wrapper, over many lines', () => {
    expect(flowOf(JSON.stringify({ id: 7, flow: goldmane }, null, 2))).toEqual(goldmaneFlow);
  });

  test('has zeros for what it leaves out', () => {
    expect(flowOf('{"Key":{"source_name":"a"}}')).toEqual({
      reporter: null,
      action: null,
      protocol: null,
      icmpType: null,
      icmpCode: null,
      source: { ...noEnd, name: 'a', namespace: '', labels: new Map() },
      destination: { ...noEnd, namespace: '', labels: new Map(), port: 0 },
      destService: null,
      enforced: null,
      pendingUpstream: null,
      startMs: null,
      endMs: null,
    });
  });

  test('may carry sets of addresses, which are incomplete at 100', () => {
    expect(sourceAt(['10.0.0.1', '2001:db8::1', '10.0.0.1'])).toMatchObject({
      addresses: [
        { family: 4, words: [0, 0, 0, 0x0a000001] },
        { family: 6, words: [0x20010db8, 0, 0, 1] },
      ],
      addressesTruncated: false,
    });
    const hundred = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`);
    expect(sourceAt(hundred)).toMatchObject({ addressesTruncated: true });
    expect(sourceAt(['10.0.0.256'])).toBe('not_a_record');
  });
});

const whiskerFlow: Flow = {
  reporter: 'src',
  action: 'deny',
  protocol: 6,
  icmpType: null,
  icmpCode: null,
  source: {
    ...noEnd,
    type: 'workload',
    namespace: 'shop',
    name: 'cart-6b687c8dcb-*',
    labels: new Map([
      ['app', 'cart'],
      ['team', 'red'],
    ]),
  },
  destination: {
    ...noEnd,
    type: 'network',
    namespace: '',
    name: 'pvt',
    labels: new Map(),
    port: 5432,
  },
  destService: null,
  enforced: [
    {
      policy: { kind: 'Profile', namespace: '', name: 'kns.shop', tier: '__PROFILE__' },
      action: 'allow',
      policyIndex: 0,
      ruleIndex: 0,
    },
  ],
  pendingUpstream: null,
  startMs: Date.UTC(2026, 7, 17, 20, 53, 20),
  endMs: Date.UTC(2026, 7, 17, 20, 53, 35),
};

describe("Whisker's records", () => {
  test('are decoded whole', () => {
    expect(flowOf(JSON.stringify(whisker))).toEqual(whiskerFlow);
  });

  test.each([
    ['PUBLIC NETWORK', 'network', 'pub'],
    ['PRIVATE NETWORK', 'network', 'pvt'],
    ['cart-*', 'workload', 'cart-*'],
    ['cart-0', null, 'cart-0'],
    ['', null, null],
  ])('say of the type what a name says: %s', (dest_name, type, name) => {
    expect(changed({ dest_name })).toMatchObject({ destination: { type, name } });
  });

  test('leave open what they lack', () => {
    expect(flowOf('{"protocol":"udp","reporter":"Dst"}')).toEqual({
      ...whiskerFlow,
      reporter: 'dst',
      action: null,
      protocol: 17,
      source: noEnd,
      destination: noEnd,
      enforced: null,
      startMs: null,
      endMs: null,
    });
  });
});

describe('the canonical form', () => {
  test('adds what Whisker has not', () => {
    const flow = changed({
      source_type: 'HostEndpoint',
      source_pod: 'cart-0',
      source_ips: ['10.0.0.1'],
      source_port: 41_822,
      dest_type: 'NetworkSet',
      dest_service_name: 'ledger',
      dest_service_namespace: 'payments',
      icmp_type: 8,
      icmp_code: 0,
    });
    expect(flow).toEqual({
      ...whiskerFlow,
      icmpType: 8,
      icmpCode: 0,
      source: {
        ...whiskerFlow.source,
        type: 'host',
        pod: 'cart-0',
        addresses: [{ family: 4, words: [0, 0, 0, 0x0a000001] }],
        port: 41_822,
      },
      destination: { ...whiskerFlow.destination, type: 'networkset' },
      destService: { namespace: 'payments', name: 'ledger' },
    });
  });

  test.each([
    ['a type that nobody knows', { source_type: 'kafka' }],
    ['a namespace of none, the other way', { dest_namespace: 'Global' }],
    ['labels as a list', { source_labels: ['app=cart', 'team=red'] }],
    ['labels as a list in an object', { source_labels: { labels: ['app=cart', 'team=red'] } }],
    ['labels as an object', { source_labels: { app: 'cart', team: 'red' } }],
    ['a port as a text', { dest_port: '5432' }],
    ['words in other letters', { action: 'deny', reporter: 'SRC', protocol: 'TCP' }],
    ['words as numbers', { action: 2, reporter: 1, protocol: '6' }],
    ['times in seconds', { start_time: 1_787_000_000, end_time: '1787000015' }],
    ['times in milliseconds', { start_time: 1_787_000_000_000 }],
    ['times in microseconds', { start_time: 1_787_000_000_000_000 }],
    ['times in nanoseconds', { start_time: '1787000000000000000' }],
    ['times with an offset', { start_time: '2026-08-17T22:53:20+02:00' }],
    ['times with a fraction', { start_time: '2026-08-17T20:53:20.000000Z' }],
  ])('may spell things otherwise: %s', (_, members) => {
    expect(changed(members)).toEqual(whiskerFlow);
  });
});

/** The type that Whisker's record lets one see. */
function whiskerType({ type, name }: FlowEnd) {
  if (type === 'network') return 'network';
  return name?.endsWith('*') === true ? 'workload' : null;
}

describe('records of Calico', () => {
  test('tell the same flow in both forms of Goldmane', () => {
    const others = recordLines('goldmane-protojson').map((line) => flowOf(line));
    expect(recordLines('goldmane-go').map((line) => flowOf(line))).toEqual(others);
  });

  test('tell the same flow in both dialects, as far as Whisker tells it', () => {
    const others = recordLines('whisker').map((line) => flowOf(line));
    for (const [index, line] of recordLines('goldmane-go').entries()) {
      const flow = flowOf(line);
      if (typeof flow === 'string') throw new Error(flow);
      expect(others[index]).toEqual({
        ...flow,
        source: { ...flow.source, type: whiskerType(flow.source) },
        destination: { ...flow.destination, type: whiskerType(flow.destination) },
        destService: null,
      });
    }
  });
});
