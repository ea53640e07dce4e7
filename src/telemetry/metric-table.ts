import { dialectNames } from '../flow/dialects/dialect.ts';
import { deadLetterReasons, reasons } from '../flow/reasons.ts';

/** One metric (contract 6). */
export interface MetricInfo {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Values of each label where they are a fixed list, so that every series exists from the start. */
  readonly labels: Readonly<Record<string, readonly string[] | 'open'>>;
  readonly help: string;
}

const policy = {
  set: 'open',
  tier: 'open',
  kind: 'open',
  policy_namespace: 'open',
  policy: 'open',
} as const;
const charged = { ...policy, rule: 'open', direction: 'open', attribution: 'open' } as const;

/** Every metric of ours; `process_*` and `nodejs_*` are beside them. */
export const metricTable = {
  rehearsal_records_total: {
    type: 'counter',
    labels: { outcome: ['evaluated', 'not_evaluated', 'passed_through', 'dead_lettered'] },
    help: 'Flow records, each exactly once; a message of several counts as many.',
  },
  rehearsal_dialect_records_total: {
    type: 'counter',
    labels: { dialect: dialectNames },
    help: 'Judged records by the dialect they came in.',
  },
  rehearsal_flows_total: {
    type: 'counter',
    labels: {
      direction: ['ingress', 'egress', 'unknown'],
      change: ['unchanged', 'newly_denied', 'newly_allowed', 'uncertain', 'not_evaluated'],
    },
    help: 'Flow records by what would change if the staged policies were enforced.',
  },
  rehearsal_would_deny_flows_total: {
    type: 'counter',
    labels: charged,
    help: 'Flow records allowed today that the staged policies would deny, by the rule charged.',
  },
  rehearsal_would_deny_connections_total: {
    type: 'counter',
    labels: charged,
    help: 'Connections of the flow records that would be denied.',
  },
  rehearsal_would_deny_bytes_total: {
    type: 'counter',
    labels: charged,
    help: 'Bytes of the flow records that would be denied.',
  },
  rehearsal_would_allow_flows_total: {
    type: 'counter',
    labels: charged,
    help: 'Flow records denied today that the staged policies would allow, by the rule charged.',
  },
  rehearsal_policy_hits_total: {
    type: 'counter',
    labels: { ...policy, rule: 'open', direction: 'open', action: 'open' },
    help: 'Hits of pending traces, so that a rule that is never hit shows; profiles share one name.',
  },
  rehearsal_policy_flows_total: {
    type: 'counter',
    labels: { ...policy, direction: 'open', certainty: 'open' },
    help: 'Flow records that the staged policy could touch, by how certain the answer is.',
  },
  rehearsal_uncertain_flows_total: {
    type: 'counter',
    labels: { reason: Object.keys(reasons) },
    help: 'Flow records that could not be decided, once for each reason.',
  },
  rehearsal_dead_letter_records_total: {
    type: 'counter',
    labels: { reason: Object.keys(deadLetterReasons) },
    help: 'Records that went to the dead-letter topic.',
  },
  rehearsal_upstream_pending_total: {
    type: 'counter',
    labels: { agreement: ['same', 'different', 'absent'] },
    help: "Flow records by how our pending trace compares with Calico's own; absent: one of them is missing.",
  },
  rehearsal_policy_info: {
    type: 'gauge',
    labels: { ...policy, staged_action: 'open', spec_hash: 'open' },
    help: 'A loaded policy, with a hash of all that its answers rest on; always 1.',
  },
  rehearsal_policy_first_observed_timestamp_seconds: {
    type: 'gauge',
    labels: policy,
    help: 'Event time of the first flow the policy could touch since it or its surroundings changed.',
  },
  rehearsal_policy_last_would_deny_timestamp_seconds: {
    type: 'gauge',
    labels: policy,
    help: 'Event time of the last flow the policy would deny.',
  },
  rehearsal_policy_set_info: {
    type: 'gauge',
    labels: { set: 'open', hash: 'open', mode: 'open' },
    help: 'The policy set in force; always 1.',
  },
  rehearsal_policy_objects: {
    type: 'gauge',
    labels: { kind: 'open', state: 'open' },
    help: 'Loaded objects by kind and by whether they take part.',
  },
  rehearsal_policy_reload_total: {
    type: 'counter',
    labels: { result: ['success', 'failure'] },
    help: 'Times the policies were read, the first one included.',
  },
  rehearsal_policy_last_reload_successful: {
    type: 'gauge',
    labels: {},
    help: 'Whether the policies could be used when they were last read.',
  },
  rehearsal_policy_last_reload_timestamp_seconds: {
    type: 'gauge',
    labels: {},
    help: 'When the policies in force were read.',
  },
  rehearsal_policy_compile_seconds: {
    type: 'gauge',
    labels: {},
    help: 'How long it took to compile the policies in force.',
  },
  rehearsal_consumer_lag_records: {
    type: 'gauge',
    labels: { topic: 'open', partition: 'open' },
    help: 'Records of an assigned partition that are not consumed yet.',
  },
  rehearsal_event_time_lag_seconds: {
    type: 'gauge',
    labels: {},
    help: 'Age of the newest end of a flow seen so far, or of that of a partition where records wait, if it is older.',
  },
  rehearsal_batch_seconds: {
    type: 'histogram',
    labels: {},
    help: 'Time from the fetch of a batch to the acknowledgement of all that follows from it.',
  },
  rehearsal_batch_records: {
    type: 'histogram',
    labels: {},
    help: 'Records of a batch.',
  },
  rehearsal_consumer_rebalances_total: {
    type: 'counter',
    labels: {},
    help: 'Times the partitions were dealt out anew.',
  },
  rehearsal_consumer_restarts_total: {
    type: 'counter',
    labels: { cause: ['connection', 'coordinator', 'timeout', 'stall', 'other'] },
    help: 'Times the consumer crashed, or got nowhere, and began again.',
  },
  rehearsal_commit_failures_total: {
    type: 'counter',
    labels: {},
    help: 'Commits of offsets that failed.',
  },
  rehearsal_produce_retries_total: {
    type: 'counter',
    labels: {},
    help: 'Produce requests, or transactions, that had to be begun again.',
  },
  rehearsal_offset_gap_records_total: {
    type: 'counter',
    labels: {},
    help: 'Records that nobody will consume: retention was faster, or the offset was lost.',
  },
  rehearsal_limit_reached_total: {
    type: 'counter',
    labels: { limit: 'open' },
    help: 'Times a bound of `limits.*` was hit and something was refused, left out or forgotten for it.',
  },
  rehearsal_series_overflow_total: {
    type: 'counter',
    labels: { metric: 'open' },
    help: 'Series that found no room when policies were loaded; their policies are in the overflow rows.',
  },
  rehearsal_build_info: {
    type: 'gauge',
    labels: { version: 'open', node: 'open' },
    help: 'The running version; always 1.',
  },
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof metricTable;
