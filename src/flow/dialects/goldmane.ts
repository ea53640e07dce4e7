import { encodeHit } from '../../policy/hit-json.ts';
import type { Dialect } from './dialect.ts';

/** Go's plain JSON of Goldmane's protobuf, as its emitter posts it (flow-records 1a, D1). */
export const goldmaneGo: Dialect = {
  name: 'goldmane-go',
  paths: {
    holder: 'Key',
    sourceName: 'Key.source_name',
    sourceNamespace: 'Key.source_namespace',
    sourceType: 'Key.source_type',
    sourceLabels: 'source_labels',
    sourceAddresses: 'source_ips',
    destName: 'Key.dest_name',
    destNamespace: 'Key.dest_namespace',
    destType: 'Key.dest_type',
    destLabels: 'dest_labels',
    destAddresses: 'dest_ips',
    destPort: 'Key.dest_port',
    serviceName: 'Key.dest_service_name',
    serviceNamespace: 'Key.dest_service_namespace',
    protocol: 'Key.proto',
    reporter: 'Key.reporter',
    action: 'Key.action',
    policies: 'Key.policies',
    enforced: 'Key.policies.enforced_policies',
    pending: 'Key.policies.pending_policies',
    startTime: 'start_time',
    endTime: 'end_time',
    connections: 'num_connections_started',
    bytesIn: 'bytes_in',
    bytesOut: 'bytes_out',
  },
  wrappers: ['', 'flow'],
  requires: [['sourceName'], ['destName']],
  toldBy: [],
  omitsZeros: true,
  encodeHits: (hits) => JSON.stringify(hits.map((hit) => encodeHit(hit, 'goldmane-go'))),
};
