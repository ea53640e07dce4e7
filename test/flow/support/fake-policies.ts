import type { JudgedPolicies } from '../../../src/flow/policy-index.ts';
import type { Address } from '../../../src/net/address.ts';
import type { PolicyRef } from '../../../src/policy/hit.ts';
import type { Candidate, LabelFacts, Region } from '../../../src/policy/index/candidate.ts';
import type { HostEndpoint } from '../../../src/policy/resources/model.ts';
import { labels } from './flows.ts';

/** A candidate that says how it was asked for. */
export interface Said extends Candidate {
  readonly says: string;
}

export interface FakePod {
  readonly namespace: string;
  readonly name: string;
  readonly generateName?: string;
  readonly labels?: string;
  readonly addresses?: readonly Address[];
  readonly createdMs?: number;
  readonly family?: 4 | 6;
}

export interface FakeWorld {
  readonly pods?: readonly FakePod[];
  readonly hosts?: readonly HostEndpoint[];
  readonly sets?: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: string;
    readonly addresses?: readonly Address[];
  }[];
  readonly poolsLoaded?: boolean;
  readonly inPools?: boolean;
  /** Every address of the pools is somebody's. */
  readonly arePoolsFull?: boolean;
  readonly evaluate?: JudgedPolicies['evaluate'];
  readonly staged?: (endpoint: Said) => readonly PolicyRef[];
  readonly loaded?: readonly string[];
  readonly numberClasses?: Partial<JudgedPolicies['numberClasses']>;
}

/** Policies that answer as the test says, over an inventory of a few pods, hosts and sets. */
export function fakePolicies(world: FakeWorld = {}): JudgedPolicies {
  const pods = world.pods ?? [];
  const hosts = world.hosts ?? [];
  const sets = world.sets ?? [];
  const made = new Map<string, Said>();
  const say = (says: string, isWorkload: boolean, family: 0 | 4 | 6 = 0): Said => {
    const known = made.get(says);
    if (known !== undefined) return known;
    const candidate = { id: made.size, family, isWorkload, hasAssumptions: false, says };
    made.set(says, candidate);
    return candidate;
  };
  const where = (test: (pod: FakePod) => boolean) =>
    pods.flatMap((pod, number) => (test(pod) ? [number] : []));
  const owners = (address: Address) =>
    where((pod) => (pod.addresses ?? []).some((own) => same(own, address)));
  return {
    mode: 'enforcement',
    endpointsNamed: (namespace, name) =>
      where((pod) => pod.namespace === namespace && pod.name === name),
    endpointsGenerated: (namespace, prefix) =>
      where((pod) => pod.namespace === namespace && pod.generateName === prefix),
    endpointsOwning: owners,
    hostsOwning: (address) =>
      hosts.some((host) => host.addresses.some((own) => same(own, address))),
    networkSetNamed: (namespace, name) =>
      sets.findIndex((set) => set.namespace === namespace && set.name === name),
    labelsOf: (pod) => labels(pods[pod]?.labels ?? ''),
    hostsNamed: (node) => hosts.filter((host) => host.node === node),
    setLabelsOf: (set) => labels(sets[set]?.labels ?? ''),
    setHolds: (set, address) => (sets[set]?.addresses ?? []).some((own) => same(own, address)),
    createdMsOf: (pod) => pods[pod]?.createdMs ?? null,
    inPools: () => world.inPools ?? true,
    podsLoaded: pods.length > 0,
    poolsLoaded: world.poolsLoaded ?? false,
    hasNamespace: () => true,
    ofEndpoints: (numbers) =>
      numbers.map((pod) => say(`pod ${pods[pod]?.name ?? ''}`, true, pods[pod]?.family ?? 0)),
    ofAddress: (address) =>
      say(`at ${textOf(address)}`, owners(address).length === 1, address.family),
    ofRegion: (region) => [say(`in ${regionText(region)}`, false)],
    ofLabels: (facts, region) =>
      region.kind === 'pools' && world.arePoolsFull === true
        ? []
        : [say(`${factsText(facts)} in ${regionText(region)}`, facts.isWorkload)],
    hasTier: (name) => (world.loaded ?? []).includes(`tier ${name}`),
    hasPolicy: (kind, namespace, name) =>
      (world.loaded ?? []).includes(`${kind} ${namespace}/${name}`),
    // INVARIANT: every candidate of a test is one of `made`.
    stagedTouching: (_, endpoint) => world.staged?.(saidOf(made, endpoint)) ?? [],
    numberClasses: {
      icmpFromPort: true,
      sourcePorts: [],
      destPorts: [],
      protocols: [],
      icmp: [],
      ...world.numberClasses,
    },
    settledMax: 0,
    settleLabel: () => null,
    evaluate:
      world.evaluate ??
      (() => {
        throw new Error('the test gives no evaluation');
      }),
  };
}

export function saysOf(candidate: Candidate): string {
  return 'says' in candidate && typeof candidate.says === 'string' ? candidate.says : '?';
}

function saidOf(made: ReadonlyMap<string, Said>, endpoint: Candidate): Said {
  const said = made.get(saysOf(endpoint));
  if (said === undefined) throw new Error('a candidate that nobody made');
  return said;
}

function textOf(address: Address): string {
  const word = address.words[3];
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff).join('.');
}

function regionText(region: Region): string {
  if (region.kind === 'address') return textOf(region.address);
  if (region.kind === 'set') return `set ${String(region.set)} from ${region.otherNamespace}`;
  return region.kind;
}

function factsText(facts: LabelFacts): string {
  const namespace = facts.namespace ?? '?';
  const own =
    facts.labels === null ? '?' : [...facts.labels].map((pair) => pair.join('=')).join(' ');
  const kind = facts.isWorkload ? 'workload' : 'other';
  return `${kind}${facts.isAggregate ? '*' : ''} ${namespace} {${own}}`;
}

function same(one: Address, other: Address): boolean {
  return textOf(one) === textOf(other) && one.family === other.family;
}
