import type { Address } from '../../net/address.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Fields } from './fields.ts';
import { readEndpointPorts } from './host-endpoint.ts';
import { lifetimeOf } from './manifest.ts';
import type { Decoder } from './manifest.ts';
import type { Labels, WorkloadEndpoint } from './model.ts';
import { inherited } from './selectors.ts';
import { shown } from './shown.ts';

/** WorkloadEndpoint (semantics 1.8); without addresses it does not exist for policy. */
export const decodeWorkloadEndpoint: Decoder = (manifest) => {
  const { spec, metadata, namespace, name } = manifest;
  const addresses = readAddresses(spec);
  if (spec.text('interfaceName') === '') {
    spec.report('broken', 'interfaceName', { message: 'a workload endpoint needs an interface' });
  }
  if (addresses.length === 0) return null;
  const endpoint: WorkloadEndpoint = {
    namespace,
    name: spec.text('pod') || spec.text('workload') || name,
    generateName: metadata.text('generateName') || null,
    labels: endpointLabels(metadata.map('labels'), spec.text('serviceAccountName')),
    profiles: spec.texts('profiles'),
    addresses,
    ports: readEndpointPorts(spec),
    lifetime: lifetimeOf(metadata),
  };
  return { into: 'endpoints', value: endpoint };
};

/** Own labels of a workload endpoint: none that pretends to be inherited, and its service account's name (semantics 2.1). */
export function endpointLabels(labels: Labels, serviceAccount: string): Map<string, string> {
  const own = new Map<string, string>();
  for (const [key, value] of labels) {
    const isSpoofed =
      key.startsWith(inherited.namespace) || key.startsWith(inherited.serviceAccount);
    if (!isSpoofed) own.set(key, value);
  }
  if (serviceAccount !== '') own.set('projectcalico.org/serviceaccount', serviceAccount);
  return own;
}

/** Prefix lengths are ignored: each entry is one address. */
function readAddresses(spec: Fields): Address[] {
  const addresses: Address[] = [];
  for (const [index, text] of spec.texts('ipNetworks').entries()) {
    const parsed = parsePrefix(text);
    if (parsed !== null) addresses.push(parsed.prefix.address);
    else
      spec.item('ipNetworks').report('broken', index, { message: `${shown(text)} is no address` });
  }
  return addresses;
}
