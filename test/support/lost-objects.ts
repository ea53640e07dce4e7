import type { Flow } from '../../src/flow/flow.ts';
import type { Address } from '../../src/net/address.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { holds } from '../oracle/completions.ts';
import { isSame } from '../oracle/world-view.ts';

/** A record before and after it lost what it lost, and the world it tells of. */
export interface Loss {
  readonly whole: Flow;
  readonly poor: Flow;
  readonly resources: Resources;
}

/**
 * The manifests without those of the inventory that `isLost` chooses. A workload goes with all its pods,
 * slices and pools go together: nothing shows that one of several is gone. Nor does anything show it of a
 * set or a host that the record does not name, or of one of two owners of an address: such a one stays
 * where an end of the flow lies in it.
 */
export function withoutObjects(
  objects: readonly Json[],
  isLost: (object: Json, place: number) => boolean,
  loss: Loss,
): readonly Json[] {
  const lost = new Set(objects.filter((object, place) => isLost(object, place)).map(groupOf));
  for (const object of objects) if (isSilent(object, loss)) lost.delete(groupOf(object));
  lost.delete(null);
  return objects.filter((object) => !lost.has(groupOf(object)));
}

/** Objects of one group are lost together; null = no part of the inventory. */
function groupOf(object: Json): string | null {
  const { kind, metadata } = object;
  const { namespace, name, generateName = name } = metadata as Json;
  switch (kind) {
    case 'Pod':
      return [kind, namespace, generateName].join(' ');
    case 'EndpointSlice':
    case 'IPPool':
      return kind;
    case 'Namespace':
    case 'ServiceAccount':
    case 'NetworkSet':
    case 'GlobalNetworkSet':
    case 'HostEndpoint':
      return [kind, namespace, name].join(' ');
    default:
      return null;
  }
}

/** Whether an end lies in the set, or is the host, and the record does not say so. */
function isSilent(object: Json, { whole, poor, resources }: Loss): boolean {
  const place = placeOf(object, resources);
  return (['source', 'destination'] as const).some((side) => {
    const isThere = whole[side].addresses.some((address) => place?.holds(address) === true);
    const { namespace, name } = poor[side];
    const isCalled = place?.called?.namespace === namespace && place.called.name === name;
    return isThere && !isCalled;
  });
}

interface Place {
  /** What a record calls it; null = no name tells of the loss. */
  readonly called: { readonly namespace: string; readonly name: string } | null;
  readonly holds: (address: Address) => boolean;
}

/** Null where the loss shows all the same: nobody is left who owns the address of a pod. */
function placeOf({ kind, metadata }: Json, { inventory }: Resources): Place | null {
  const { namespace = '', name } = metadata as Json;
  const { endpoints, hostEndpoints, networkSets } = inventory;
  const isIt = (one: { readonly namespace: string; readonly name: string }) =>
    one.namespace === namespace && one.name === name;
  const owners = [...endpoints, ...hostEndpoints];
  const own = (address: Address) =>
    owners.filter(({ addresses }) => addresses.some((one) => isSame(one, address)));
  switch (kind) {
    case 'Pod': {
      const pod = endpoints.find(isIt);
      if (pod === undefined) return null;
      const isOneOfTwo = (at: Address) => own(at).includes(pod) && own(at).length > 1;
      return { called: null, holds: isOneOfTwo };
    }
    case 'HostEndpoint': {
      const host = hostEndpoints.find((one) => one.name === name);
      if (host === undefined) return null;
      const called = { namespace: '', name: host.node };
      return { called, holds: (at) => own(at).includes(host) };
    }
    case 'NetworkSet':
    case 'GlobalNetworkSet': {
      const set = networkSets.find(isIt);
      return set === undefined ? null : { called: set, holds: (at) => holds(set, at) };
    }
    default:
      return null;
  }
}
