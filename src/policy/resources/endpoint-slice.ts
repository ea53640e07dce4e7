import { parseAddress } from '../../net/address.ts';
import { protocolNumbers } from '../../net/protocols.ts';
import type { Fields } from './fields.ts';
import type { Decoder, Slice } from './manifest.ts';
import type { ServiceMembers } from './model.ts';

/** EndpointSlice (semantics 4.6); without the label that names its service it belongs to none. */
export const decodeEndpointSlice: Decoder = ({ root, metadata, namespace }) => {
  const service = metadata.map('labels').get('kubernetes.io/service-name') ?? '';
  if (service === '') return null;
  const addresses = root
    .children('endpoints')
    .flatMap((endpoint) => endpoint.texts('addresses'))
    .map(parseAddress)
    .filter((address) => address !== null);
  const ports = root.children('ports').flatMap(readPort);
  return { into: 'slices', value: { namespace, service, addresses, ports } };
};

/** All slices of a service together. */
export function servicesOf(slices: readonly Slice[]): ServiceMembers[] {
  const services = new Map<string, { namespace: string; name: string; slices: Slice[] }>();
  for (const slice of slices) {
    const key = `${slice.namespace}/${slice.service}`;
    const service = services.get(key);
    if (service !== undefined) service.slices.push(slice);
    else {
      services.set(key, { namespace: slice.namespace, name: slice.service, slices: [slice] });
    }
  }
  return [...services.values()];
}

/** A port without a number gives no members. */
function readPort(entry: Fields): Slice['ports'] {
  const port = entry.integer('port', 0, 65535);
  if (port === null) return [];
  const protocol = entry.text('protocol');
  const isKnown = protocol === 'UDP' || protocol === 'SCTP';
  return [{ protocol: isKnown ? protocolNumbers[protocol] : protocolNumbers.TCP, port }];
}
