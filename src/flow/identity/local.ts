import type { Address } from '../../net/address.ts';
import type { FlowEnd } from '../flow.ts';
import { reasonSet } from '../reason-set.ts';
import { isYounger } from './network.ts';
import { anybody, certainly, either, type Readings, type Surroundings } from './readings.ts';
import { readWorkload } from './workload.ts';

/**
 * The end of a flow whose policies are evaluated, which must be a workload; 'host' where it is none
 * (contract 4, rule 7).
 */
export function readLocal(end: FlowEnd, around: Surroundings): Readings | 'host' {
  if (end.type !== null && end.type !== 'workload') return 'host';
  if (end.name !== null || end.pod !== null) {
    // Only a host reports without a namespace: network sets report nothing.
    return end.type === null && end.namespace === '' ? 'host' : readWorkload(end, around);
  }
  if (end.addresses.length === 0) return anybody(null, around, 0);
  const found = end.addresses.map((address) => ownerOf(address, around));
  const workloads = found.filter((reading) => reading !== 'host');
  if (workloads.length === 0) return 'host';
  if (end.addressesTruncated) workloads.push(anybody(null, around, TRUNCATED));
  return either(workloads, 0);
}

const STALE = reasonSet('stale_inventory');
const TRUNCATED = reasonSet('ip_set_truncated');
const OWNER_UNKNOWN = reasonSet('address_owner_unknown');

function ownerOf(address: Address, around: Surroundings): Readings | 'host' {
  const { index } = around;
  if (isYounger(address, around)) return anybody(address, around, STALE);
  const owners = index.endpointsOwning(address);
  if (owners.length > 0) {
    return certainly(owners.length === 1 ? [index.ofAddress(address)] : index.ofEndpoints(owners));
  }
  const isOutside = index.podsLoaded && index.poolsLoaded && !index.inPools(address);
  return index.hostsOwning(address) || isOutside ? 'host' : anybody(address, around, OWNER_UNKNOWN);
}
