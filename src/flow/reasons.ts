/**
 * Why a flow could not be decided, or was decided on an assumption (contract 3 and 5). `assumed`
 * reasons may stand beside a decided verdict; nothing that carries one is ever called safe.
 */
export const reasons = {
  no_source_ip: { assumed: false, means: 'the record does not carry the source address' },
  no_dest_ip: { assumed: false, means: 'the record does not carry the destination address' },
  no_source_port: { assumed: false, means: 'the record does not carry the source port' },
  no_dest_port: { assumed: false, means: 'the record does not carry the destination port' },
  no_protocol: { assumed: false, means: 'the record does not carry the protocol' },
  no_icmp: { assumed: true, means: 'a rule asks for an ICMP type the record does not carry' },
  no_source_labels: { assumed: false, means: 'the labels of the source are unknown' },
  no_dest_labels: { assumed: false, means: 'the labels of the destination are unknown' },
  labels_assumed: { assumed: true, means: 'a label absent from an aggregate was read as absent' },
  volatile_label: { assumed: false, means: 'a rule asks for a label that differs from pod to pod' },
  no_namespace_labels: { assumed: false, means: 'no Namespace object says its labels' },
  no_serviceaccount: { assumed: false, means: 'the service account or its labels are unknown' },
  no_service_endpoints: {
    assumed: false,
    means: 'no EndpointSlice says who is behind the service',
  },
  unknown_endpoint_type: {
    assumed: false,
    means: 'pod, host or network set: the record does not say',
  },
  address_owner_unknown: { assumed: false, means: 'nobody in the inventory owns the address' },
  networkset_overlap: { assumed: false, means: 'other network sets may hold the address too' },
  ip_set_truncated: { assumed: false, means: 'the record lists only some of the addresses' },
  http_match: {
    assumed: true,
    means: 'a rule asks for HTTP fields, read as matching as Felix does',
  },
  stale_inventory: { assumed: false, means: 'the inventory contradicts the record' },
  address_owner_assumed: { assumed: true, means: 'an address nobody owns was read as outside' },
  trace_ambiguous: {
    assumed: false,
    means: 'the verdict is certain, the rule that gives it is not',
  },
  baseline_missing: {
    assumed: false,
    means: 'neither the record nor the policies say what was enforced',
  },
  enforced_policies_missing: {
    assumed: false,
    means: 'the record names a policy that is not loaded',
  },
  policy_rejected: { assumed: false, means: 'a policy that could touch the flow is invalid' },
  direction_unknown: { assumed: false, means: 'the record does not say which end reported it' },
  host_traffic: { assumed: false, means: 'the end to be judged is a host, not a workload' },
  reply_suspected: { assumed: false, means: 'the record may describe a reply' },
  evaluation_error: { assumed: false, means: 'the evaluation fails as it would in Felix' },
} as const satisfies Record<string, { assumed: boolean; means: string }>;

export type ReasonCode = keyof typeof reasons;

/** Why a record went to the dead-letter topic (contract 5). */
export const deadLetterReasons = {
  not_a_record: 'the bytes are not a flow record',
  unknown_format: 'no dialect recognises the record',
  truncated: 'the record ends too early',
  too_large: 'the record or a text of it is larger than its limit',
  too_deep: 'the record is nested deeper than `limits.recordDepth`',
  too_many_items: 'a list or map of the record is longer than its limit',
  invalid_utf8: 'a text of the record is not UTF-8',
  number_out_of_range: 'a number of the record does not fit its field',
  schema_unknown: 'the registry does not know the schema id',
  schema_invalid: 'the schema cannot be used',
  registry_unreachable: 'the schema registry did not answer',
  member_clash: 'the record already has a member of the name of ours',
  output_too_large: 'the enriched record is larger than `limits.outputRecordBytes`',
  decompression_failed: 'the batch cannot be decompressed',
} as const satisfies Record<string, string>;

export type DeadLetterReason = keyof typeof deadLetterReasons;
