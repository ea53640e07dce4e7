import { unreachable } from '../../std/assert.ts';
import type { FlowEnd } from '../flow.ts';
import { reasonSet } from '../reason-set.ts';
import { labelsAgree } from './labels-agree.ts';
import { readAddresses, readHost, readNetwork, readNetworkSet } from './network.ts';
import { anybody, either, type Readings, type Surroundings } from './readings.ts';
import { isAggregate, podsAgreeing, podsNamed, readWorkload } from './workload.ts';

/** The end of a flow whose policies are not evaluated: anything with an address. */
export function readPeer(end: FlowEnd, around: Surroundings): Readings {
  switch (end.type) {
    case 'workload':
      return isNamed(end) ? readWorkload(end, around) : readNameless(end, around);
    case 'host':
      return readHost(end, around);
    case 'networkset':
      return readNetworkSet(end, around);
    case 'network':
      return readNetwork(end, around);
    case null:
      return isNamed(end) ? readUntyped(end, around) : readNameless(end, around);
    default:
      return unreachable(end.type);
  }
}

const UNKNOWN_TYPE = reasonSet('unknown_endpoint_type');

function isNamed(end: FlowEnd): boolean {
  return end.name !== null || end.pod !== null;
}

function readNameless(end: FlowEnd, around: Surroundings): Readings {
  return end.addresses.length > 0 ? readAddresses(end, around) : anybody(null, around, 0);
}

function readAnybody(end: FlowEnd, around: Surroundings): Readings {
  const isBounded = end.addresses.length > 0 && !end.addressesTruncated;
  if (!isBounded) return anybody(null, around, 0);
  return either(
    end.addresses.map((address) => anybody(address, around, 0)),
    0,
  );
}

/**
 * A name alone: a star is a workload's, and so is the exact name of an endpoint that has a namespace; the
 * rest may be two things (flow-records 1b).
 */
function readUntyped(end: FlowEnd, around: Surroundings): Readings {
  const { name, namespace, pod } = end;
  if (name === null || isAggregate(name)) return readWorkload(end, around);
  if (pod !== null && namespace !== '') return readWorkload(end, around);
  if (namespace === null) return either([readAnybody(end, around)], UNKNOWN_TYPE);
  if (namespace !== '') return podOrSet(end, around);
  if (name === 'pub' || name === 'pvt') return readNetwork(end, around);
  return hostOrSet(end, name, around);
}

function podOrSet(end: FlowEnd, around: Surroundings): Readings {
  const isPod = podsAgreeing(podsNamed(end, around.index), end, around.index).length > 0;
  const isSet = isKnownSet(end, around);
  if (isPod && !isSet) return readWorkload(end, around);
  if (isSet && !isPod) return readNetworkSet(end, around);
  return either([readWorkload(end, around), readNetworkSet(end, around)], UNKNOWN_TYPE);
}

function hostOrSet(end: FlowEnd, name: string, around: Surroundings): Readings {
  const isHost = around.index
    .hostsNamed(name)
    .some((host) => labelsAgree(end.labels, host.labels, 'several'));
  const isSet = isKnownSet(end, around);
  if (isHost && !isSet) return readHost(end, around);
  if (isSet && !isHost) return readNetworkSet(end, around);
  return either([readHost(end, around), readNetworkSet(end, around)], UNKNOWN_TYPE);
}

function isKnownSet(end: FlowEnd, { index }: Surroundings): boolean {
  const set = index.networkSetNamed(end.namespace ?? '', end.name ?? '');
  return set >= 0 && labelsAgree(end.labels, index.setLabelsOf(set), 'one');
}
