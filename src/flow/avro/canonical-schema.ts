import { evaluationField, policiesField } from './own-fields.ts';
import {
  ownNamespace,
  policyHitSchema,
  policyTraceSchema,
  stagedEvaluationSchema,
} from './own-types.ts';
import { field, list, nullable, text, timestamp } from './schema-json.ts';
import type { SchemaJson } from './schema-json.ts';

const labels = { type: 'map', values: 'string' } as const;

/** The canonical record (flow-records 3.2); `schemas/flow-record.avsc` is written from it. */
export const canonicalSchema: SchemaJson = {
  type: 'record',
  name: 'FlowRecord',
  namespace: ownNamespace,
  doc: 'One aggregated flow seen by one reporter.',
  fields: [
    text('flow_id', 'stable id of this observation, if the source gives one'),
    text('cluster', 'cluster name; empty = the only one'),
    text('node', 'reporting node, if one'),
    { name: 'start_time', type: timestamp, doc: 'window start; the only required field' },
    field('end_time', timestamp, 0, 'window end; 0 = unknown'),
    text('reporter', 'Src|Dst; empty = unknown: not evaluated'),
    text('action', 'enforced verdict Allow|Deny; empty = unknown'),
    text('protocol', 'tcp, udp, icmp, icmp6, sctp … or a decimal number'),
    nullable('icmp_type', 'int', 'null = not carried'),
    nullable('icmp_code', 'int', 'null = not carried'),
    text('source_type', 'WorkloadEndpoint|HostEndpoint|NetworkSet|Network; empty = unknown'),
    text('source_namespace', "empty = none (input '-' or 'Global')"),
    text('source_name', 'aggregated name, e.g. cart-6b687c8dcb-*; pub|pvt for Network'),
    nullable('source_pod', 'string', 'exact endpoint name when known'),
    nullable('source_labels', labels, 'null = unknown; {} = known to have none'),
    list('source_ips', 'string', 'distinct addresses; empty = unknown'),
    nullable('source_port', 'int', 'null = aggregated away'),
    text('dest_type', 'as source_type'),
    text('dest_namespace', 'as source_namespace'),
    text('dest_name', 'as source_name'),
    nullable('dest_pod', 'string', 'as source_pod'),
    nullable('dest_labels', labels, 'as source_labels'),
    list('dest_ips', 'string', 'as source_ips'),
    nullable('dest_port', 'int', 'port at the endpoint; null = not applicable or unknown'),
    list('dest_domains', 'string', 'DNS names (Enterprise, Hubble)'),
    text('dest_service_name', 'service addressed; empty = none or unknown'),
    text('dest_service_namespace', 'its namespace'),
    text('dest_service_port_name', 'its port name'),
    field('dest_service_port', 'int', 0, 'its port number'),
    field('packets_in', 'long', 0),
    field('packets_out', 'long', 0),
    field('bytes_in', 'long', 0),
    field('bytes_out', 'long', 0),
    nullable('num_connections_started', 'long', 'null = not carried (whisker)'),
    nullable('num_connections_completed', 'long'),
    nullable('num_connections_live', 'long', 'Enterprise num_flows'),
    policiesField(policyTraceSchema(policyHitSchema)),
    field('extra', { type: 'map', values: 'string' }, {}, 'unknown members: name to raw JSON text'),
    evaluationField('evaluation', stagedEvaluationSchema('PolicyHit')),
  ],
};

/** `schemas/flow-record.avsc`: one field a line. */
export function canonicalSchemaText(): string {
  return `${JSON.stringify(canonicalSchema, null, 2)}\n`;
}
