import type { ReasonCode } from '../../flow/reasons.ts';

/** What would settle a doubt: which objects to load, or what the record would have to say. */
export const remedies: Readonly<Record<ReasonCode, string>> = {
  no_source_ip:
    'load Pods and IPPools, so that fewer addresses are possible, or take records that carry the source address',
  no_dest_ip:
    'load Pods and IPPools, so that fewer addresses are possible, or take records that carry the destination address',
  no_source_port:
    'take records that are not aggregated over source ports, or ask for no source port in rules',
  no_dest_port: 'take records that carry the destination port',
  no_protocol: 'take records that carry the protocol',
  no_icmp: 'take records that carry ICMP type and code',
  no_source_labels: 'load the Pods, NetworkSets and HostEndpoints that the source may be',
  no_dest_labels: 'load the Pods, NetworkSets and HostEndpoints that the destination may be',
  labels_assumed: 'load the Pods: the record has only the labels that all of them share',
  volatile_label: 'load the Pods, or select by a label that does not change from pod to pod',
  no_namespace_labels: 'load the Namespaces',
  no_serviceaccount: 'load the Pods and the ServiceAccounts',
  no_service_endpoints: 'load the EndpointSlices',
  unknown_endpoint_type: 'load Pods, HostEndpoints and NetworkSets, of which one has this name',
  address_owner_unknown: 'load the Pods, and the IPPools, which tell what lies outside the cluster',
  networkset_overlap:
    'load the NetworkSets with `--show-managed-fields`, which tells when they were last edited',
  ip_set_truncated: 'take records that list all addresses',
  http_match: 'nothing: flow records do not carry HTTP',
  stale_inventory: 'load the inventory of the time at which the flow was seen',
  address_owner_assumed: 'load the IPPools, which tell what lies outside the cluster',
  trace_ambiguous: 'load the Pods, so that it is known which of them is meant',
  baseline_missing:
    'load the enforced policies and the inventory, or take records that carry the action',
  enforced_policies_missing: 'load all policies and tiers of the cluster',
  policy_rejected: 'mend the policy: `rehearsal validate` says what is wrong with it',
  direction_unknown: 'take records that say which end reported them',
  host_traffic: 'nothing: staged policies are judged for workloads alone',
  reply_suspected: 'take records of the end that began the connection',
  evaluation_error: 'mend the policy, or judge under `--mode enforcement`',
};
