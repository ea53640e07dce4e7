import { protocolNamed } from '../../net/protocols.ts';
import type { Fields } from './fields.ts';
import { protocolNumber } from './grouped-rules.ts';
import { parsePort, portFlaw } from './ports.ts';
import type { PortText } from './ports.ts';
import type { ProtocolPort } from './port-groups.ts';
import { hasPorts } from './protocol.ts';
import { shown } from './shown.ts';

/**
 * The ports of a Kubernetes rule (semantics 2.5); null if one of them cannot be converted, which
 * removes the rule. `isStaged`: then it removes the policy.
 */
export function readKubernetesPorts(
  rule: Fields,
  isStaged: boolean,
): readonly ProtocolPort[] | null {
  const ports: ProtocolPort[] = [];
  let isReadable = true;
  for (const entry of rule.children('ports')) {
    entry.warnOfUnknown(['protocol', 'port', 'endPort']);
    const protocol = readProtocol(entry);
    const port = readPort(entry);
    if (port?.kind === 'error') {
      isReadable = false;
      entry.report(isStaged ? 'broken' : 'refused', 'port', { message: port.reason });
    } else {
      checkPort(entry, protocol, port);
      ports.push({ protocol, port });
    }
  }
  if (new Set(ports.map(({ protocol }) => protocol)).size > protocolsMax) {
    rule.report('broken', 'ports', { message: `more than ${protocolsMax} protocols` });
    return null;
  }
  return isReadable ? ports : null;
}

/** Kubernetes knows three. A rule becomes one for each of them and each of its peers. */
const protocolsMax = 16;

function readProtocol(entry: Fields): string {
  if (!entry.has('protocol')) return 'TCP';
  const text = entry.text('protocol');
  if (typeof entry.any('protocol') !== 'string') return 'TCP';
  if (text === 'TCP' || text === 'UDP' || text === 'SCTP') return text;
  const isKnown = text === '' || protocolNumber(text) !== null;
  entry.report(isKnown ? 'refused' : 'broken', 'protocol', {
    message: `${shown(text)} is no protocol of a Kubernetes policy`,
    hint: 'use `TCP`, `UDP` or `SCTP`',
  });
  return protocolNamed(text) === null ? text : text.toUpperCase();
}

/** Null if the entry names no port, and so means all of them. */
function readPort(entry: Fields): PortText | null {
  const end = entry.integer('endPort', -(2 ** 31), 2 ** 31 - 1);
  const value = entry.any('port');
  if (value === undefined) {
    if (end !== null) {
      entry.report('refused', 'endPort', { message: '`endPort` needs a `port`' });
    }
    return null;
  }
  if (typeof value === 'string') return readNamedPort(entry, value, end);
  const port = entry.integer('port', -(2 ** 31), 2 ** 31 - 1);
  if (port === null) return null;
  return parsePort(end === null ? String(port) : `${port}:${end}`);
}

function readNamedPort(entry: Fields, name: string, end: number | null): PortText {
  if (/^[0-9]+$/.test(name)) {
    entry.report('refused', 'port', {
      message: `the port name ${shown(name)} needs a letter`,
      hint: 'write a number without quotes',
    });
  }
  if (end === null) return parsePort(name);
  return /^[0-9]+$/.test(name)
    ? parsePort(`${name}:${end}`)
    : { kind: 'error', reason: '`endPort` needs a port number, not a name' };
}

function checkPort(entry: Fields, protocol: string, port: PortText | null): void {
  if (port === null) return;
  const flaw = portFlaw(port);
  if (flaw !== null) entry.report('broken', 'port', { message: flaw });
  const number = protocolNumber(protocol);
  const needsProtocol = number === null && port.kind === 'range';
  if (needsProtocol || (number !== null && !hasPorts(number))) {
    entry.report('broken', 'port', { message: `the protocol ${shown(protocol)} has no ports` });
  }
}
