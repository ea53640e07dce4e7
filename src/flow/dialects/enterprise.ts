import { formatHit, parseHit, type HitGrammar } from '../../policy/hit-text.ts';
import type { Dialect, JudgedValues } from './dialect.ts';

/**
 * Flow logs of Calico Enterprise and Cloud, at any level of aggregation (flow-records 1c, D4): what a
 * level takes away is null, or `-` where it is a name.
 */
export const enterprise: Dialect = {
  name: 'enterprise',
  paths: {
    sourceName: 'source_name_aggr',
    sourcePod: 'source_name',
    sourceNamespace: 'source_namespace',
    sourceType: 'source_type',
    sourceLabels: 'source_labels',
    sourceAddresses: 'source_ip',
    sourcePort: 'source_port',
    destName: 'dest_name_aggr',
    destPod: 'dest_name',
    destNamespace: 'dest_namespace',
    destType: 'dest_type',
    destLabels: 'dest_labels',
    destAddresses: 'dest_ip',
    destPort: 'dest_port',
    serviceName: 'dest_service_name',
    serviceNamespace: 'dest_service_namespace',
    protocol: 'proto',
    reporter: 'reporter',
    action: 'action',
    policies: 'policies',
    allPolicies: 'policies.all_policies',
    enforced: 'policies.enforced_policies',
    pending: 'policies.pending_policies',
    startTime: 'start_time',
    endTime: 'end_time',
    connections: 'num_flows_started',
    bytesIn: 'bytes_in',
    bytesOut: 'bytes_out',
  },
  carried: {
    node: 'host',
    servicePortName: 'dest_service_port',
    destDomains: 'dest_domains',
    packetsIn: 'packets_in',
    packetsOut: 'packets_out',
    connectionsCompleted: 'num_flows_completed',
    connectionsLive: 'num_flows',
  },
  wrappers: [''],
  requires: [['sourceName'], ['destName']],
  toldBy: {},
  omitsZeros: false,
  keepsUpstream: false,
  spellsByRecord: true,
  encodeHits: (hits, record) => {
    const grammar = grammarOf(record);
    return JSON.stringify(hits.map((hit) => formatHit(hit, grammar)));
  },
};

/** The grammar that the record's own lists are in; a record without a hit may be of any release. */
function grammarOf(record: JudgedValues): HitGrammar {
  for (const field of ['enforced', 'allPolicies', 'pending'] as const) {
    const list = record(field);
    for (const text of Array.isArray(list) ? list : []) {
      if (typeof text !== 'string') continue;
      if (isHit(text, 'new')) return 'new';
      if (isHit(text, 'old')) return 'old';
    }
  }
  return 'new';
}

function isHit(text: string, grammar: HitGrammar): boolean {
  return 'policy' in parseHit(text, grammar);
}
