import { encodeHit } from '../../policy/hit-json.ts';
import type { Dialect } from './dialect.ts';
import type { FieldName } from './fields.ts';

/** Members of Whisker's records, and those that the canonical form adds (flow-records 1b, 3.3). */
const whiskerPaths = {
  sourceName: 'source_name',
  sourceNamespace: 'source_namespace',
  sourceLabels: 'source_labels',
  destName: 'dest_name',
  destNamespace: 'dest_namespace',
  destLabels: 'dest_labels',
  destPort: 'dest_port',
  protocol: 'protocol',
  reporter: 'reporter',
  action: 'action',
  policies: 'policies',
  enforced: 'policies.enforced',
  pending: 'policies.pending',
  startTime: 'start_time',
  endTime: 'end_time',
  bytesIn: 'bytes_in',
  bytesOut: 'bytes_out',
} as const satisfies Dialect['paths'];

const addedPaths = {
  sourceType: 'source_type',
  sourcePod: 'source_pod',
  sourceAddresses: 'source_ips',
  sourcePort: 'source_port',
  destType: 'dest_type',
  destPod: 'dest_pod',
  destAddresses: 'dest_ips',
  serviceName: 'dest_service_name',
  serviceNamespace: 'dest_service_namespace',
  icmpType: 'icmp_type',
  icmpCode: 'icmp_code',
  pendingUpstream: 'policies.pending_upstream',
  connections: 'num_connections_started',
} as const satisfies Dialect['paths'];

const carriedPaths = {
  flowId: 'flow_id',
  cluster: 'cluster',
  node: 'node',
  servicePortName: 'dest_service_port_name',
  servicePort: 'dest_service_port',
  destDomains: 'dest_domains',
  packetsIn: 'packets_in',
  packetsOut: 'packets_out',
  connectionsCompleted: 'num_connections_completed',
  connectionsLive: 'num_connections_live',
  extra: 'extra',
} as const satisfies Dialect['carried'];

/** Additions that tell the canonical form. A log shipper may add a `source_type` of its own, so not that. */
const additions = [
  'sourcePod',
  'sourceAddresses',
  'sourcePort',
  'destType',
  'destPod',
  'destAddresses',
  'serviceName',
  'icmpType',
  'pendingUpstream',
  'connections',
] as const satisfies readonly FieldName[];

/**
 * Records of Whisker's API (flow-records 1b, D3). Should they have additions, those are read as in
 * the canonical form.
 */
export const whisker: Dialect = {
  name: 'whisker',
  paths: { ...whiskerPaths, ...addedPaths },
  carried: carriedPaths,
  wrappers: [''],
  requires: [['enforced'], ['protocol', 'reporter']],
  toldBy: { none: additions },
  omitsZeros: false,
  keepsUpstream: false,
  spellsByRecord: false,
  encodeHits: (hits) => JSON.stringify(hits.map((hit) => encodeHit(hit, 'whisker'))),
};

/** Whisker's records with additions (flow-records 3.3). */
export const canonicalJson: Dialect = {
  ...whisker,
  name: 'canonical-json',
  keepsUpstream: true,
  toldBy: { some: additions },
};
