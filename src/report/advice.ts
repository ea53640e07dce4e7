import { reasons, type ReasonCode } from '../flow/reasons.ts';

/** What to add so that flows with this reason become certain. */
export const advice: Readonly<Record<ReasonCode, string>> = {
  no_source_ip: 'the Pods and network sets behind the source, or records with source addresses',
  no_dest_ip: 'the Pods and network sets behind the destination, or records with addresses',
  no_source_port: 'records with source ports, or rules that do not ask for them',
  no_dest_port: 'records with the destination port',
  no_protocol: 'records with the protocol',
  no_icmp: 'records with ICMP type and code, or rules that do not ask for them',
  no_source_labels: 'the Pods of the source, in the inventory',
  no_dest_labels: 'the Pods of the destination, in the inventory',
  labels_assumed: 'the Pods, in the inventory: they have all their labels',
  volatile_label: 'the Pods, in the inventory, or a selector on labels that all of them share',
  no_namespace_labels: 'the Namespace objects, in the inventory',
  no_serviceaccount: 'the ServiceAccount objects and Pods, in the inventory',
  no_service_endpoints: 'the EndpointSlices of the service, in the inventory',
  unknown_endpoint_type: 'records that say the type of their ends',
  address_owner_unknown: 'all Pods and the IPPools, in the inventory',
  networkset_overlap: 'all network sets, with their managed fields',
  ip_set_truncated: 'records with all their addresses',
  http_match: 'nothing: flow records do not carry HTTP; test the rule beside enforcement',
  stale_inventory: 'an inventory of the time of the records',
  address_owner_assumed: 'the IPPools, in the inventory',
  trace_ambiguous: 'nothing: the verdict is certain',
  baseline_missing: 'records with their action',
  enforced_policies_missing: 'every policy and Tier that was in force: take the cluster whole',
  policy_rejected: 'a valid policy: `rehearsal validate` says what is wrong',
  direction_unknown: 'records that say their reporter',
  host_traffic: 'nothing: policies of hosts are not rehearsed',
  reply_suspected: 'records that tell who opened the connection',
  evaluation_error: 'what `rehearsal validate` asks for, or `--mode enforcement`',
};

/** The meaning of a reason, for people. */
export function meaningOf(reason: ReasonCode): string {
  return reasons[reason].means;
}
