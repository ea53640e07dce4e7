import { formatAddress } from '../net/address.ts';
import { formatRecordProtocol } from '../net/protocols.ts';
import type { Flow, FlowEnd } from './flow.ts';

/** `shop/cart-7d9f-*`, `public network`, an address: who an end is, as its record says. */
export function endText({ type, namespace, name, pod, addresses }: FlowEnd): string {
  const known = pod ?? name;
  if (known === null) {
    return addresses.length === 0 ? 'nobody knows who' : addresses.map(formatAddress).join(', ');
  }
  if (type === 'network') return networkNames.get(known) ?? known;
  return namespace === null || namespace === '' ? known : `${namespace}/${known}`;
}

/** `10.0.0.1, 10.0.0.2`; empty if the record has none. */
export function addressesText({ addresses, addressesTruncated }: FlowEnd): string {
  const texts = addresses.slice(0, addressesShownMax).map(formatAddress);
  const isCut = addressesTruncated || addresses.length > texts.length;
  return texts.length === 0 ? '' : `${texts.join(', ')}${isCut ? ' and others' : ''}`;
}

/** `tcp/6379`, `icmp`; what the record does not say is `?`. */
export function serviceText({ protocol, destination }: Flow): string {
  const name = protocol === null ? '?' : formatRecordProtocol(protocol);
  if (protocol !== null && !hasPorts.has(protocol)) return name;
  return `${name}/${destination.port ?? '?'}`;
}

const addressesShownMax = 4;

const networkNames: ReadonlyMap<string, string> = new Map([
  ['pub', 'public network'],
  ['pvt', 'private network'],
]);

/** TCP, UDP, SCTP. */
const hasPorts: ReadonlySet<number> = new Set([6, 17, 132]);
