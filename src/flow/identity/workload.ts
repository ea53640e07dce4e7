import type { Address } from '../../net/address.ts';
import type { CandidateIndex, EndpointNumber, Region } from '../../policy/index/candidate.ts';
import type { FlowEnd } from '../flow.ts';
import { reasonSet } from '../reason-set.ts';
import { labelsAgree } from './labels-agree.ts';
import { certainly, either, type Readings, type Surroundings } from './readings.ts';

/**
 * A named workload endpoint: the inventory's pods of that name or `generateName`, else the record's own
 * words; both where they contradict each other (contract 4, rules 1, 2 and 4).
 */
export function readWorkload(end: FlowEnd, around: Surroundings): Readings {
  const named = podsNamed(end, around.index);
  if (named.length === 0) return asRecorded(end, around);
  const agreeing = podsAgreeing(named, end, around.index);
  if (agreeing.length === 0) {
    const known = certainly(around.index.ofEndpoints(named));
    return either([known, asRecorded(end, around)], STALE);
  }
  return end.addresses.length === 0
    ? certainly(around.index.ofEndpoints(agreeing))
    : atAddresses(agreeing, end, around);
}

/** The inventory's pods a record names, in no order. */
export function podsNamed(end: FlowEnd, index: CandidateIndex): readonly EndpointNumber[] {
  const { namespace, name } = end;
  if (namespace === null) return [];
  const exact = end.pod ?? (name === null || isAggregate(name) ? null : name);
  const pods = exact === null ? [] : index.endpointsNamed(namespace, exact);
  if (pods.length > 0 || name === null || !isAggregate(name)) return pods;
  return index.endpointsGenerated(namespace, name.slice(0, -1));
}

/** Those of the pods that may have the labels of the record. */
export function podsAgreeing(
  pods: readonly EndpointNumber[],
  end: FlowEnd,
  index: CandidateIndex,
): readonly EndpointNumber[] {
  const covers = coversOne(end) ? 'one' : 'several';
  return pods.filter((pod) => labelsAgree(end.labels, index.labelsOf(pod), covers));
}

/** An aggregated name: a `generateName` and a star (flow-records 1a). */
export function isAggregate(name: string): boolean {
  return name.endsWith('*');
}

const STALE = reasonSet('stale_inventory');
const TRUNCATED = reasonSet('ip_set_truncated');

function coversOne(end: FlowEnd): boolean {
  return end.pod !== null || (end.name !== null && !isAggregate(end.name));
}

/** Pods of which the record gives addresses too: at those, or else the inventory is stale. */
function atAddresses(
  pods: readonly EndpointNumber[],
  end: FlowEnd,
  around: Surroundings,
): Readings {
  const { index } = around;
  if (end.addressesTruncated) return { candidates: index.ofEndpoints(pods), doubts: TRUNCATED };
  const readings: Readings[] = [];
  let isStale = false;
  for (const address of end.addresses) {
    const owners = index.endpointsOwning(address);
    const ours = owners.filter((owner) => pods.includes(owner));
    if (ours.length > 0) {
      readings.push(certainly(atAddress(ours, address, around)));
    } else {
      isStale = true;
      readings.push(
        certainly(index.ofEndpoints(pods)),
        asRecordedIn(regionOf(address), end, around),
      );
      if (!around.isLocal) readings.push(certainly([index.ofAddress(address)]));
      else if (owners.length > 0) readings.push(certainly(index.ofEndpoints(owners)));
    }
  }
  return either(readings, isStale ? STALE : 0);
}

/** As a peer an address is all that is asked of an endpoint; the local end needs its own lists. */
function atAddress(pods: readonly EndpointNumber[], address: Address, around: Surroundings) {
  const { index } = around;
  const isShared = index.endpointsOwning(address).length > 1;
  if (!around.isLocal || !isShared) return [index.ofAddress(address)];
  return index.ofEndpoints(pods).filter(({ family }) => family === 0 || family === address.family);
}

function asRecorded(end: FlowEnd, around: Surroundings): Readings {
  if (end.addresses.length === 0) return asRecordedInPools(end, around);
  if (end.addressesTruncated) return either([asRecordedInPools(end, around)], TRUNCATED);
  return either(
    end.addresses.map((address) => asRecordedIn(regionOf(address), end, around)),
    0,
  );
}

/** Where others have every address of the pools the inventory is older or younger than the record. */
function asRecordedInPools(end: FlowEnd, around: Surroundings): Readings {
  const inPools = asRecordedIn({ kind: 'pools' }, end, around);
  if (inPools.candidates.length > 0) return inPools;
  return either([asRecordedIn({ kind: 'any' }, end, around)], STALE);
}

function asRecordedIn(region: Region, end: FlowEnd, { index, detail }: Surroundings): Readings {
  const { namespace, labels } = end;
  const facts = { namespace, labels, isAggregate: !coversOne(end), isWorkload: true };
  return certainly(index.ofLabels(facts, region, detail));
}

function regionOf(address: Address): Region {
  return { kind: 'address', address };
}
