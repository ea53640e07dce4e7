import type { Address } from '../../net/address.ts';
import type { Region } from '../../policy/index/candidate.ts';
import type { FlowEnd } from '../flow.ts';
import { reasonSet } from '../reason-set.ts';
import { labelsAgree } from './labels-agree.ts';
import { anybody, certainly, either, type Readings, type Surroundings } from './readings.ts';

/** An end that Felix found to be no endpoint and in no network set: `pub` or `pvt` (contract 4, rule 4). */
export function readNetwork(end: FlowEnd, around: Surroundings): Readings {
  const readings = end.addresses.map((address) => unowned(address, around));
  if (end.addresses.length > 0 && !end.addressesTruncated) return either(readings, 0);
  const { index, flowMs, detail } = around;
  const region = certainly(index.ofRegion(networkRegion(end.name), flowMs, detail));
  return either([...readings, region], end.addressesTruncated ? TRUNCATED : 0);
}

/**
 * An end that Felix found in a network set and in no endpoint. The name tells one of the sets that hold
 * the address, not all (flow-records 1b-2, 2).
 */
export function readNetworkSet(end: FlowEnd, around: Surroundings): Readings {
  const { index, otherNamespace, flowMs, detail } = around;
  const set = index.networkSetNamed(end.namespace ?? '', end.name ?? '');
  if (end.addresses.length > 0 && !end.addressesTruncated) {
    return either(
      end.addresses.map((address) => inSet(set, address, end, around)),
      0,
    );
  }
  const doubts = end.addressesTruncated ? TRUNCATED : 0;
  if (set < 0) return either([setAsRecorded({ kind: 'any' }, end, around)], doubts);
  const known = certainly(index.ofRegion({ kind: 'set', set, otherNamespace }, flowMs, detail));
  if (labelsAgree(end.labels, index.setLabelsOf(set), 'one')) return either([known], doubts);
  return either([known, setAsRecorded({ kind: 'any' }, end, around)], doubts | STALE);
}

/** A host as a peer is an address like any other (contract 4, rule 7). */
export function readHost(end: FlowEnd, around: Surroundings): Readings {
  const { index } = around;
  if (end.addresses.length > 0 && !end.addressesTruncated) {
    return either(
      end.addresses.map((address) => hostAt(address, end, around)),
      0,
    );
  }
  const doubts = end.addressesTruncated ? TRUNCATED : 0;
  // Two HostEndpoints of one node share its name (flow-records 1b-2, 13).
  const hosts = end.name === null ? [] : index.hostsNamed(end.name);
  const located = hosts.filter((host) => host.addresses.length > 0);
  const agreeing = located.filter((host) => labelsAgree(end.labels, host.labels, 'several'));
  const known = (agreeing.length > 0 ? agreeing : located).flatMap((host) =>
    host.addresses.map((address) => index.ofAddress(address)),
  );
  if (agreeing.length > 0) return { candidates: known, doubts };
  const recorded = hostAsRecorded({ kind: 'any' }, end, around);
  return either([certainly(known), recorded], known.length > 0 ? doubts | STALE : doubts);
}

/** The inventory's owner of each address, where the record says no more (contract 4, rule 3). */
export function readAddresses(end: FlowEnd, around: Surroundings): Readings {
  const readings = end.addresses.map((address) => owned(address, around));
  if (end.addressesTruncated) readings.push(anybody(null, around, TRUNCATED));
  return either(readings, 0);
}

/** Whether an endpoint of the inventory came to be after the flow and so cannot be meant. */
export function isYounger(address: Address, { index, flowMs }: Surroundings): boolean {
  return (
    flowMs !== null &&
    index.endpointsOwning(address).some((owner) => (index.createdMsOf(owner) ?? flowMs) > flowMs)
  );
}

const STALE = reasonSet('stale_inventory');
const TRUNCATED = reasonSet('ip_set_truncated');

function networkRegion(name: string | null): Region {
  if (name === 'pub') return { kind: 'public' };
  return name === 'pvt' ? { kind: 'private' } : { kind: 'any' };
}

function owned(address: Address, around: Surroundings): Readings {
  return isYounger(address, around)
    ? anybody(address, around, STALE)
    : certainly([around.index.ofAddress(address)]);
}

/** An address that Felix knew nobody to own; an owner in the inventory contradicts that. */
function unowned(address: Address, { index, flowMs }: Surroundings): Readings {
  const bare = certainly(index.ofRegion({ kind: 'address', address }, flowMs));
  const isOwned = index.endpointsOwning(address).length > 0 || index.hostsOwning(address);
  return isOwned ? either([bare, certainly([index.ofAddress(address)])], STALE) : bare;
}

function inSet(set: number, address: Address, end: FlowEnd, around: Surroundings): Readings {
  const { index } = around;
  const bare = unowned(address, around);
  const agrees =
    set >= 0 &&
    index.setHolds(set, address) &&
    labelsAgree(end.labels, index.setLabelsOf(set), 'one');
  if (agrees) return bare;
  const recorded = setAsRecorded({ kind: 'address', address }, end, around);
  return set < 0 ? recorded : either([bare, recorded], STALE);
}

function hostAt(address: Address, end: FlowEnd, around: Surroundings): Readings {
  const known = certainly([around.index.ofAddress(address)]);
  if (around.index.hostsOwning(address)) return known;
  const recorded = hostAsRecorded({ kind: 'address', address }, end, around);
  return either([known, recorded], STALE);
}

function setAsRecorded(region: Region, end: FlowEnd, { index, detail }: Surroundings): Readings {
  const { namespace, labels } = end;
  const facts = { namespace, labels, isAggregate: false, isWorkload: false };
  return certainly(index.ofLabels(facts, region, detail));
}

function hostAsRecorded(region: Region, end: FlowEnd, { index, detail }: Surroundings): Readings {
  const facts = { namespace: '', labels: end.labels, isAggregate: true, isWorkload: false };
  return certainly(index.ofLabels(facts, region, detail));
}
