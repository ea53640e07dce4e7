import { parseAddress } from '../../net/address.ts';
import type { Address } from '../../net/address.ts';
import { protocolNamed } from '../../net/protocols.ts';
import type { Fields } from './fields.ts';
import { lifetimeOf } from './manifest.ts';
import type { Decoder } from './manifest.ts';
import type { HostEndpoint, NamedPort } from './model.ts';
import { checkMetadata } from './labels.ts';
import { nameFlaw } from './names.ts';
import { portNameFlaw } from './ports.ts';
import { hasPorts, readProtocol } from './protocol.ts';
import { shown } from './shown.ts';

/** HostEndpoint (semantics 1.8): only `expectedIPs` are its addresses. */
export const decodeHostEndpoint: Decoder = (manifest) => {
  const { spec, metadata, name } = manifest;
  checkMetadata(metadata);
  spec.warnOfUnknown(['node', 'interfaceName', 'expectedIPs', 'profiles', 'ports']);
  const profiles = spec.texts('profiles');
  checkNames(spec, profiles);
  checkInterface(spec);
  const endpoint: HostEndpoint = {
    name,
    node: spec.text('node'),
    labels: metadata.map('labels'),
    profiles,
    addresses: readAddresses(spec),
    ports: readEndpointPorts(spec),
    lifetime: lifetimeOf(metadata),
  };
  const flaw = nameFlaw(name);
  if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
  return { into: 'hostEndpoints', value: endpoint };
};

/** The named ports of a host or workload endpoint. */
export function readEndpointPorts(spec: Fields): NamedPort[] {
  return spec.children('ports').flatMap(readEndpointPort);
}

function readEndpointPort(entry: Fields): NamedPort[] {
  const name = entry.text('name');
  const protocol = readProtocol(entry, 'protocol');
  const port = entry.integer('port', 0, 65535);
  const flaw = portNameFlaw(name);
  if (flaw !== null) {
    entry.report('broken', 'name', { message: `the port name ${shown(name)} ${flaw}` });
  }
  if (port === 0) entry.report('broken', 'port', { message: 'port 0 is no port' });
  if (protocol === null || !hasPorts(protocol)) {
    entry.report('broken', 'protocol', {
      message: 'a port needs a protocol that has ports',
      hint: 'use `TCP`, `UDP` or `SCTP`',
    });
    return [];
  }
  const written = entry.any('protocol');
  if (typeof written !== 'string' || protocolNamed(written) === null) {
    entry.report('dropped', 'protocol', {
      message: 'Felix drops an endpoint whose port has the number of a protocol',
      hint: 'use `TCP`, `UDP` or `SCTP`',
    });
  }
  return port === null || flaw !== null ? [] : [{ name, protocol, port }];
}

function checkNames(spec: Fields, profiles: readonly string[]): void {
  const node = spec.text('node');
  if (node === '') spec.report('broken', 'node', { message: 'a host endpoint needs a `node`' });
  const flaw = node === '' ? null : nameFlaw(node);
  if (flaw !== null) spec.report('refused', 'node', { message: flaw });
  for (const [index, profile] of profiles.entries()) {
    const profileFlaw = nameFlaw(profile);
    if (profileFlaw !== null) {
      spec.item('profiles').report('refused', index, { message: profileFlaw });
    }
  }
}

function checkInterface(spec: Fields): void {
  const name = spec.text('interfaceName');
  if (name === '' && spec.list('expectedIPs').length === 0) {
    spec.report('refused', null, {
      message: 'a host endpoint needs an `interfaceName` or `expectedIPs`',
    });
  } else if (name !== '' && name !== '*' && !/^[a-zA-Z0-9_.-]{1,15}$/.test(name)) {
    spec.report('broken', 'interfaceName', {
      message: `${shown(name)} is no name of an interface: at most 15 letters, digits, \`_\`, \`.\` and \`-\``,
    });
  }
}

function readAddresses(spec: Fields): Address[] {
  const addresses: Address[] = [];
  for (const [index, text] of spec.texts('expectedIPs').entries()) {
    const address = parseAddress(text);
    if (address !== null) addresses.push(address);
    else
      spec
        .item('expectedIPs')
        .report('refused', index, { message: `${shown(text)} is no address` });
  }
  return addresses;
}
