// Series of a stage in which all is well, for the tests of monitoring/rules.yaml.

/** Values five minutes apart, in promtool's notation, by series. */
export type Series = Readonly<Record<string, string>>;

/** Samples an hour. */
export const HOUR = 12;
export const LENGTH = 60 * HOUR;

export const policy =
  'set="default",tier="default",kind="StagedNetworkPolicy",policy_namespace="payments",policy="ledger-strict"';
export const on = (name: string, labels = '', instance = 'a'): string =>
  `${name}{job="rehearsal",instance="${instance}"${labels === '' ? '' : `,${labels}`}}`;
export const of = (name: string, labels = '', instance = 'a'): string =>
  on(name, labels === '' ? policy : `${policy},${labels}`, instance);
export const denied = 'rule="-1",direction="ingress"';
export const constant = (value: number): string => `${value}x${LENGTH}`;

export const names = {
  up: on('up'),
  lag: on('rehearsal_consumer_lag_records', 'topic="flows",partition="0"'),
  lagOfAnother: on('rehearsal_consumer_lag_records', 'topic="flows",partition="1"'),
  eventLag: on('rehearsal_event_time_lag_seconds'),
  gap: on('rehearsal_offset_gap_records_total'),
  overflow: on('rehearsal_series_overflow_total', 'metric="rehearsal_policy_hits_total"'),
  evaluated: on('rehearsal_records_total', 'outcome="evaluated"'),
  deadLettered: on('rehearsal_records_total', 'outcome="dead_lettered"'),
  notEvaluated: on('rehearsal_records_total', 'outcome="not_evaluated"'),
  hostTraffic: on('rehearsal_uncertain_flows_total', 'reason="host_traffic"'),
  truncated: on('rehearsal_dead_letter_records_total', 'reason="truncated"'),
  unchanged: on('rehearsal_flows_total', 'direction="ingress",change="unchanged"'),
  uncertainFlows: on('rehearsal_flows_total', 'direction="ingress",change="uncertain"'),
  rejected: on('rehearsal_policy_objects', 'kind="StagedNetworkPolicy",state="rejected"'),
  hosts: on('rehearsal_policy_objects', 'kind="HostEndpoint",state="loaded"'),
  reload: on('rehearsal_policy_last_reload_successful'),
  setInfo: on('rehearsal_policy_set_info', 'set="default",hash="one",mode="enforcement"'),
  setInfoOfAnother: on(
    'rehearsal_policy_set_info',
    'set="default",hash="two",mode="enforcement"',
    'b',
  ),
  started: on('process_start_time_seconds'),
  info: of('rehearsal_policy_info', 'staged_action="Set",spec_hash="one"'),
  solo: of('rehearsal_would_deny_flows_total', `${denied},attribution="solo"`),
  joint: of('rehearsal_would_deny_flows_total', `${denied},attribution="joint"`),
  certain: of('rehearsal_policy_flows_total', 'direction="ingress",certainty="certain"'),
  assumed: of('rehearsal_policy_flows_total', 'direction="ingress",certainty="assumed"'),
  uncertain: of('rehearsal_policy_flows_total', 'direction="ingress",certainty="uncertain"'),
  firstObserved: of('rehearsal_policy_first_observed_timestamp_seconds'),
  lastWouldDeny: of('rehearsal_policy_last_would_deny_timestamp_seconds'),
} as const;

/** Days in which all is well. */
export const well: Series = {
  [names.up]: constant(1),
  [on('rehearsal_build_info', 'version="1"')]: constant(1),
  [names.lag]: constant(0),
  [names.eventLag]: constant(20),
  [names.gap]: constant(0),
  [names.overflow]: constant(0),
  [names.started]: constant(0),
  [names.evaluated]: `0+100x${LENGTH}`,
  [names.deadLettered]: constant(0),
  [names.notEvaluated]: constant(0),
  [names.hostTraffic]: constant(0),
  [names.truncated]: constant(0),
  [names.unchanged]: `0+100x${LENGTH}`,
  [names.uncertainFlows]: constant(0),
  [names.rejected]: constant(0),
  [names.hosts]: constant(0),
  [names.reload]: constant(1),
  [names.setInfo]: constant(1),
  [names.info]: constant(1),
  [names.solo]: constant(0),
  [names.joint]: constant(0),
  [names.certain]: `0+10x${LENGTH}`,
  [names.assumed]: constant(0),
  [names.uncertain]: constant(0),
  [names.firstObserved]: constant(600),
};

/** A counter that moves on once, at the step given. */
export const once = (step: number): string => `0x${step} 1x${LENGTH - step}`;
/** The time of a start, and of another at the step given. */
export const started = (step: number): string => `0x${step} ${step * 300}x${LENGTH - step}`;
/** There up to the step given, and again from the other. */
export const away = (value: number, from: number, to: number): string =>
  `${value}x${from} _x${to - from} ${value}x${LENGTH - to}`;
