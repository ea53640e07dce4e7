import { describe, expect, test } from 'vitest';
import type { FlowEnd } from '../../../src/flow/flow.ts';
import { readLocal } from '../../../src/flow/identity/local.ts';
import { readPeer } from '../../../src/flow/identity/peer.ts';
import { reasonCodes } from '../../../src/flow/reason-set.ts';
import { fakePolicies, saysOf, type FakeWorld } from '../support/fake-policies.ts';
import { anEnd, ip4, labels } from '../support/flows.ts';

interface Case {
  readonly fact: string;
  readonly world?: FakeWorld;
  readonly end: Partial<FlowEnd>;
  readonly flowMs?: number | null;
  readonly reads: readonly string[] | 'host';
  readonly doubts?: readonly string[];
}

const A = ip4('10.0.0.1');
const B = ip4('10.0.0.2');
const cart = { namespace: 'shop', name: 'cart', labels: 'app=cart', addresses: [A] };
const web1 = {
  namespace: 'shop',
  name: 'web-1',
  generateName: 'web-',
  labels: 'app=web ver=1',
  addresses: [A],
};
const web2 = { ...web1, name: 'web-2', labels: 'app=web ver=2', addresses: [B] };
const host = {
  name: 'h',
  node: 'n1',
  labels: labels('role=edge'),
  profiles: [],
  addresses: [A],
  ports: [],
  lifetime: { createdMs: null, editedMs: null },
};
const set = { namespace: 'shop', name: 'partners', labels: 'set=a', addresses: [A] };

const pod = { type: 'workload', namespace: 'shop' } as const;

const either: readonly Case[] = [
  {
    fact: 'a bare name is the pod of that name',
    world: { pods: [cart, web1] },
    end: { ...pod, name: 'cart', labels: labels('app=cart') },
    reads: ['pod cart'],
  },
  {
    fact: 'an aggregated name is every pod of that generateName',
    world: { pods: [cart, web1, web2] },
    end: { ...pod, name: 'web-*', labels: labels('app=web') },
    reads: ['pod web-1', 'pod web-2'],
  },
  {
    fact: 'a label of an aggregate must be on the pod',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', labels: labels('app=web ver=2') },
    reads: ['pod web-2'],
  },
  {
    fact: 'labels the record does not give contradict nothing',
    world: { pods: [web1] },
    end: { ...pod, name: 'web-*' },
    reads: ['pod web-1'],
  },
  {
    fact: 'an exact name beside the aggregate names one pod',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', pod: 'web-2' },
    reads: ['pod web-2'],
  },
  {
    fact: 'an exact name that is gone falls back on its aggregate',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', pod: 'web-9' },
    reads: ['pod web-1', 'pod web-2'],
  },
  {
    fact: 'labels that contradict every pod make two readings',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', labels: labels('ver=3') },
    reads: ['pod web-1', 'pod web-2', 'workload* shop {ver=3} in pools'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'a bare pod that has lost a label makes two readings',
    world: { pods: [cart] },
    end: { ...pod, name: 'cart', labels: labels('') },
    reads: ['pod cart', 'workload shop {} in pools'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'labels that Calico adds or strips contradict nothing by absence',
    world: { pods: [{ ...cart, labels: 'app=cart projectcalico.org/serviceaccount=a' }] },
    end: { ...pod, name: 'cart', labels: labels('app=cart pcns.team=a') },
    reads: ['pod cart'],
  },
  {
    fact: 'a pod that the inventory lacks is what the record says',
    end: { ...pod, name: 'web-*', labels: labels('app=web') },
    reads: ['workload* shop {app=web} in pools'],
  },
  {
    fact: 'a pod of another namespace is not meant',
    world: { pods: [cart] },
    end: { type: 'workload', namespace: 'bank', name: 'cart', labels: labels('app=cart') },
    reads: ['workload bank {app=cart} in pools'],
  },
  {
    fact: 'a pod that the inventory lacks stands at the address of the record',
    end: { ...pod, name: 'cart', labels: labels('app=cart'), addresses: [A, B] },
    reads: ['workload shop {app=cart} in 10.0.0.1', 'workload shop {app=cart} in 10.0.0.2'],
  },
  {
    fact: 'a name without labels in the record and the inventory leaves all labels open',
    end: { ...pod, name: 'cart' },
    reads: ['workload shop {?} in pools'],
  },
  {
    fact: 'an address narrows an aggregate to its owner',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', addresses: [B] },
    reads: ['at 10.0.0.2'],
  },
  {
    fact: 'a list of addresses that was cut short narrows nothing',
    world: { pods: [web1, web2] },
    end: { ...pod, name: 'web-*', addresses: [B], addressesTruncated: true },
    reads: ['pod web-1', 'pod web-2'],
    doubts: ['ip_set_truncated'],
  },
];

const peers: readonly Case[] = [
  {
    fact: 'an address of another pod makes every reading',
    world: { pods: [cart, { ...web1, addresses: [B] }] },
    end: { ...pod, name: 'cart', labels: labels('app=cart'), addresses: [B] },
    reads: ['pod cart', 'workload shop {app=cart} in 10.0.0.2', 'at 10.0.0.2'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'pub is every public address',
    end: { type: 'network', name: 'pub' },
    reads: ['in public'],
  },
  {
    fact: 'pvt is every private address',
    end: { type: 'network', name: 'pvt' },
    reads: ['in private'],
  },
  {
    fact: 'pub without a type and a namespace is a network',
    end: { namespace: '', name: 'pub' },
    reads: ['in public'],
  },
  {
    fact: 'an address outside every endpoint is itself',
    end: { type: 'network', name: 'pub', addresses: [A] },
    reads: ['in 10.0.0.1'],
  },
  {
    fact: 'an owner in the inventory contradicts a network',
    world: { pods: [cart] },
    end: { type: 'network', name: 'pvt', addresses: [A] },
    reads: ['in 10.0.0.1', 'at 10.0.0.1'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'a network with a cut list of addresses is the whole region too',
    end: { type: 'network', name: 'pvt', addresses: [A], addressesTruncated: true },
    reads: ['in 10.0.0.1', 'in private'],
    doubts: ['ip_set_truncated'],
  },
  {
    fact: 'a network set is the addresses for which Felix names it',
    world: { sets: [set] },
    end: { type: 'networkset', namespace: 'shop', name: 'partners', labels: labels('set=a') },
    reads: ['in set 0 from other'],
  },
  {
    fact: "a network set with other labels may be the record's",
    world: { sets: [set] },
    end: { type: 'networkset', namespace: 'shop', name: 'partners', labels: labels('set=b') },
    reads: ['in set 0 from other', 'other shop {set=b} in any'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'a network set that the inventory lacks is what the record says',
    end: { type: 'networkset', namespace: '', name: 'partners', labels: labels('set=b') },
    reads: ['other  {set=b} in any'],
  },
  {
    fact: 'a network set at a known address is that address',
    world: { sets: [set] },
    end: { type: 'networkset', namespace: 'shop', name: 'partners', addresses: [A] },
    reads: ['in 10.0.0.1'],
  },
  {
    fact: 'a network set that does not hold the address may have held it',
    world: { sets: [set] },
    end: { type: 'networkset', namespace: 'shop', name: 'partners', addresses: [B] },
    reads: ['in 10.0.0.2', 'other shop {?} in 10.0.0.2'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'a host is each of its addresses',
    world: { hosts: [{ ...host, addresses: [A, B] }] },
    end: { type: 'host', namespace: '', name: 'n1', labels: labels('role=edge') },
    reads: ['at 10.0.0.1', 'at 10.0.0.2'],
  },
  {
    fact: 'a host of the node with other labels is not meant',
    world: { hosts: [host, { ...host, labels: labels('role=core'), addresses: [B] }] },
    end: { type: 'host', namespace: '', name: 'n1', labels: labels('role=core') },
    reads: ['at 10.0.0.2'],
  },
  {
    fact: "a host with other labels than the inventory's makes two readings",
    world: { hosts: [host] },
    end: { type: 'host', namespace: '', name: 'n1', labels: labels('role=core') },
    reads: ['at 10.0.0.1', 'other*  {role=core} in any'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'a host that the inventory lacks is what the record says',
    end: { type: 'host', namespace: '', name: 'n1', labels: labels('role=core') },
    reads: ['other*  {role=core} in any'],
  },
  {
    fact: 'a bare name in a namespace is the pod, where no network set has it',
    world: { pods: [cart] },
    end: { namespace: 'shop', name: 'cart', labels: labels('app=cart') },
    reads: ['pod cart'],
  },
  {
    fact: 'a bare name in a namespace is the network set, where no pod has it',
    world: { sets: [set] },
    end: { namespace: 'shop', name: 'partners', labels: labels('set=a') },
    reads: ['in set 0 from other'],
  },
  {
    fact: 'a bare name that a pod and a network set have is both',
    world: { pods: [cart], sets: [{ ...set, name: 'cart', labels: 'app=cart' }] },
    end: { namespace: 'shop', name: 'cart', labels: labels('app=cart') },
    reads: ['pod cart', 'in set 0 from other'],
    doubts: ['unknown_endpoint_type'],
  },
  {
    fact: 'a bare name that a pod and a network set have is the one with its labels',
    world: { pods: [cart], sets: [{ ...set, name: 'cart' }] },
    end: { namespace: 'shop', name: 'cart', labels: labels('set=a') },
    reads: ['in set 0 from other'],
  },
  {
    fact: 'a bare name that nobody has may be a pod or a network set',
    end: { namespace: 'shop', name: 'cart', labels: labels('app=cart') },
    reads: ['workload shop {app=cart} in pools', 'other shop {app=cart} in any'],
    doubts: ['unknown_endpoint_type'],
  },
  {
    fact: 'a bare name without a namespace may be a host or a global network set',
    world: { hosts: [host] },
    end: { namespace: '', name: 'n2', labels: labels('a=b') },
    reads: ['other*  {a=b} in any', 'other  {a=b} in any'],
    doubts: ['unknown_endpoint_type'],
  },
  {
    fact: 'a bare name without a namespace is the host of that name',
    world: { hosts: [host] },
    end: { namespace: '', name: 'n1', labels: labels('role=edge') },
    reads: ['at 10.0.0.1'],
  },
  {
    fact: 'a starred name without a type is a workload',
    world: { pods: [web1] },
    end: { namespace: 'shop', name: 'web-*' },
    reads: ['pod web-1'],
  },
  {
    fact: 'a name without type and namespace is anybody',
    end: { name: 'cart' },
    reads: ['workload* ? {?} in any', 'other* ? {?} in any', 'in any'],
    doubts: ['unknown_endpoint_type'],
  },
  {
    fact: 'an address alone is whoever owns it',
    world: { pods: [cart] },
    end: { addresses: [A, B] },
    reads: ['at 10.0.0.1', 'at 10.0.0.2'],
  },
  {
    fact: 'an owner that is younger than the flow is not meant',
    world: { pods: [{ ...cart, createdMs: 5 }] },
    end: { addresses: [A] },
    flowMs: 4,
    reads: ['workload* ? {?} in 10.0.0.1', 'other* ? {?} in 10.0.0.1', 'in 10.0.0.1'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'an owner as old as the flow is meant',
    world: { pods: [{ ...cart, createdMs: 4 }] },
    end: { addresses: [A] },
    flowMs: 4,
    reads: ['at 10.0.0.1'],
  },
  {
    fact: 'an end of which nothing is said is anybody',
    end: {},
    reads: ['workload* ? {?} in any', 'other* ? {?} in any', 'in any'],
  },
];

const locals: readonly Case[] = [
  { fact: 'a host is not evaluated', end: { type: 'host', name: 'n1' }, reads: 'host' },
  { fact: 'a network is not evaluated', end: { type: 'network', name: 'pvt' }, reads: 'host' },
  {
    fact: "a name without type and namespace's is a host",
    end: { namespace: '', name: 'n1' },
    reads: 'host',
  },
  {
    fact: 'a bare name with a namespace is a pod, whatever set has that name',
    world: { sets: [{ ...set, name: 'cart' }] },
    end: { namespace: 'shop', name: 'cart', labels: labels('app=cart') },
    reads: ['workload shop {app=cart} in pools'],
  },
  {
    fact: 'an address alone is the pod that owns it',
    world: { pods: [cart] },
    end: { addresses: [A] },
    reads: ['at 10.0.0.1'],
  },
  {
    fact: 'the address of a host is not evaluated',
    world: { hosts: [host] },
    end: { addresses: [A] },
    reads: 'host',
  },
  {
    fact: 'an address outside the cluster is not evaluated',
    world: { pods: [cart], poolsLoaded: true, inPools: false },
    end: { addresses: [B] },
    reads: 'host',
  },
  {
    fact: "an address of the pools that nobody owns is some pod's",
    world: { pods: [cart], poolsLoaded: true },
    end: { addresses: [B] },
    reads: ['workload* ? {?} in 10.0.0.2'],
    doubts: ['address_owner_unknown'],
  },
  {
    fact: 'an owner younger than the flow leaves some pod',
    world: { pods: [{ ...cart, createdMs: 5 }] },
    end: { addresses: [A] },
    flowMs: 4,
    reads: ['workload* ? {?} in 10.0.0.1'],
    doubts: ['stale_inventory'],
  },
  {
    fact: 'an address of another pod reads both pods',
    world: { pods: [cart, { ...web1, addresses: [B] }] },
    end: { ...pod, name: 'cart', addresses: [B] },
    reads: ['pod cart', 'workload shop {?} in 10.0.0.2', 'pod web-1'],
    doubts: ['stale_inventory'],
  },
];

describe('who the peer is', () => {
  test.each([...either, ...peers])('$fact', ({ reads, doubts = [], ...row }) => {
    expect(read(row, false)).toEqual({ reads, doubts });
  });
});

describe('who the local endpoint is', () => {
  test.each([...either, ...locals])('$fact', ({ reads, doubts = [], ...row }) => {
    expect(read(row, true)).toEqual({ reads, doubts });
  });
});

function read({ world, end, flowMs = null }: Omit<Case, 'reads' | 'doubts'>, isLocal: boolean) {
  const around = {
    index: fakePolicies(world),
    isLocal,
    otherNamespace: 'other',
    flowMs,
    timeClass: 0,
    detail: 'classes' as const,
  };
  const readings = (isLocal ? readLocal : readPeer)(anEnd(end), around);
  if (readings === 'host') return { reads: readings, doubts: [] };
  return { reads: readings.candidates.map(saysOf), doubts: reasonCodes(readings.doubts) };
}
