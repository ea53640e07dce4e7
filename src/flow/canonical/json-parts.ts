import { formatMembers } from '../dialects/carry-members.ts';
import type { CanonicalEnd, CanonicalRecord } from './record.ts';

/** The text of a record around our pending list, up to the members that it does not know. */
export interface JsonParts {
  readonly beforePending: string;
  readonly afterPending: string;
}

export function jsonParts(record: CanonicalRecord): JsonParts {
  const { source, destination, counts, enforced, pendingUpstream } = record;
  const before = [
    member('start_time', timeOf(record.startMs)),
    member('end_time', timeOf(record.endMs)),
    member('action', record.action),
    member('source_name', nameOf(source)),
    member('source_namespace', namespaceOf(source)),
    `"source_labels":${labelsOf(source)}`,
    member('dest_name', nameOf(destination)),
    member('dest_namespace', namespaceOf(destination)),
    `"dest_labels":${labelsOf(destination)}`,
    member('protocol', record.protocol),
    member('dest_port', destination.port),
    member('reporter', record.reporter),
    `"policies":{${member('enforced', enforced)},"pending":`,
  ];
  const after = [
    '',
    `${member('pending_upstream', pendingUpstream)}}`,
    count('packets_in', counts.packetsIn),
    count('packets_out', counts.packetsOut),
    count('bytes_in', counts.bytesIn),
    count('bytes_out', counts.bytesOut),
    ...additionsOf(record),
  ];
  return { beforePending: `{${before.join(',')}`, afterPending: after.join(',') };
}

/** What Whisker's records lack, where it is known. */
function additionsOf(record: CanonicalRecord): readonly string[] {
  const { source, destination, counts } = record;
  return [
    ...known('source_type', source.type),
    ...known('source_pod', source.pod),
    ...known('source_ips', source.addresses),
    ...known('source_port', source.port),
    ...known('dest_type', destination.type),
    ...known('dest_pod', destination.pod),
    ...known('dest_ips', destination.addresses),
    ...known('dest_service_name', record.serviceName),
    ...known('dest_service_namespace', record.serviceNamespace),
    ...known('dest_service_port_name', record.servicePortName),
    ...known('dest_service_port', record.servicePort === 0 ? null : record.servicePort),
    ...known('dest_domains', record.destDomains),
    ...known('icmp_type', record.icmpType),
    ...known('icmp_code', record.icmpCode),
    ...knownCount('num_connections_started', counts.connectionsStarted),
    ...knownCount('num_connections_completed', counts.connectionsCompleted),
    ...knownCount('num_connections_live', counts.connectionsLive),
    ...known('cluster', record.cluster),
    ...known('node', record.node),
    ...known('flow_id', record.flowId),
    ...(record.extra.length === 0 ? [] : [`"extra":${formatMembers(record.extra)}`]),
  ];
}

function member(name: string, value: unknown): string {
  return `"${name}":${JSON.stringify(value)}`;
}

/** Every digit: a number of JSON has no bounds. */
function count(name: string, value: bigint): string {
  return `"${name}":${value}`;
}

function known(name: string, value: string | number | null | readonly string[]): readonly string[] {
  const isKnown = typeof value === 'number' || (value !== null && value.length > 0);
  return isKnown ? [member(name, value)] : [];
}

function knownCount(name: string, value: bigint | null): readonly string[] {
  return value === null ? [] : [count(name, value)];
}

/** The last time that RFC 3339 can write. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Whole seconds as Whisker writes them. */
function timeOf(ms: number | null): string | null {
  if (ms === null) return null;
  return new Date(Math.min(ms, LAST_MS)).toISOString().replace('.000Z', 'Z');
}

/** Whisker has words of its own for networks. */
function nameOf({ type, name }: CanonicalEnd): string {
  return type === 'Network' ? (networkWords.get(name) ?? name) : name;
}

const networkWords: ReadonlyMap<string, string> = new Map([
  ['pub', 'PUBLIC NETWORK'],
  ['pvt', 'PRIVATE NETWORK'],
]);

function namespaceOf({ namespace }: CanonicalEnd): string | null {
  return namespace === '' ? '-' : namespace;
}

const SEPARATOR = ' | ';

/** One text as Whisker joins them; an object where a reader would cut such a text elsewhere. */
function labelsOf({ labels }: CanonicalEnd): string {
  if (labels === null) return 'null';
  const texts = [...labels].map(([key, value]) => `${key}=${value}`);
  const text = texts.join(SEPARATOR);
  const cuts = text.split(SEPARATOR);
  const isSame =
    (texts.length === 0 || cuts.every((cut, place) => cut === texts[place])) &&
    [...labels.keys()].every((key) => key !== '' && !key.includes('='));
  if (isSame) return JSON.stringify(text);
  return formatMembers([...labels].map(([key, value]) => [key, JSON.stringify(value)]));
}
