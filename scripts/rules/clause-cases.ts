import { away, constant, denied, HOUR, LENGTH, names, of, on, once, started } from './series.ts';
import type { Series } from './series.ts';

export interface ClauseCase {
  readonly name: string;
  readonly clause: string;
  /** Replaces or adds to what is well. */
  readonly series: Series;
  /** Series that are not there at all. */
  readonly without?: readonly string[];
  /** Of a policy of another kind. */
  readonly kind?: string;
}

export const clauseCases: readonly ClauseCase[] = [
  { name: 'one denial', clause: 'no_would_deny', series: { [names.solo]: once(5 * HOUR) } },
  {
    name: 'denials counted before the first scrape',
    clause: 'no_would_deny',
    series: {
      [of('rehearsal_would_deny_flows_total', `${denied},attribution="solo"`, 'b')]:
        `_x${4 * HOUR} 3x${5 * HOUR}`,
    },
  },
  {
    name: 'a denial that only its time tells of',
    clause: 'no_would_deny',
    series: { [names.lastWouldDeny]: constant(20_833) },
  },
  {
    name: 'an uncertain flow',
    clause: 'no_doubtful_flow',
    series: { [names.uncertain]: once(3 * HOUR) },
  },
  {
    name: 'an assumed flow',
    clause: 'no_doubtful_flow',
    series: { [names.assumed]: once(3 * HOUR) },
  },
  {
    name: 'an uncertain flow between two scrapes that failed',
    clause: 'no_doubtful_flow',
    series: {
      [names.uncertain]: `0x${4 * HOUR} _x2 1x${3 * HOUR}`,
      [of('rehearsal_policy_flows_total', 'direction="ingress",certainty="uncertain"', 'b')]:
        constant(0),
    },
  },
  {
    name: 'as many uncertain flows after a restart as before the window',
    clause: 'no_doubtful_flow',
    series: { [names.uncertain]: once(5), [names.started]: started(4 * HOUR) },
  },
  {
    name: 'a replica whose uncertain flow was counted before its only scrape',
    clause: 'no_doubtful_flow',
    series: {
      [of('rehearsal_policy_flows_total', 'direction="ingress",certainty="uncertain"', 'b')]:
        `_x${4 * HOUR} 1 stale`,
    },
  },
  {
    name: 'too few flows',
    clause: 'enough_certain_flows',
    series: { [names.certain]: constant(7) },
  },
  {
    name: 'observed for less than the window',
    clause: 'observed_long_enough',
    series: { [names.firstObserved]: constant(7200) },
  },
  {
    name: 'never observed',
    clause: 'observed_long_enough',
    series: {},
    without: [names.firstObserved],
  },
  {
    name: 'another version in between',
    clause: 'observed_long_enough',
    series: {
      [of('rehearsal_policy_info', 'staged_action="Set",spec_hash="two"')]:
        `_x${4 * HOUR} 1x6 _x${4 * HOUR}`,
    },
  },
  {
    name: 'not staged for an hour',
    clause: 'observed_long_enough',
    series: { [names.info]: away(1, 3 * HOUR, 4 * HOUR) },
  },
  {
    name: 'a replica that never had the policy',
    clause: 'replicas_agree',
    series: { [names.setInfoOfAnother]: constant(1) },
  },
  {
    name: 'a replica that had no such policy for a quarter of an hour',
    clause: 'replicas_agree',
    series: { [names.setInfoOfAnother]: `_x${4 * HOUR} 1x3 _x${3 * HOUR}` },
  },
  {
    name: 'a global policy where hosts are loaded',
    clause: 'no_host_selected',
    kind: 'StagedGlobalNetworkPolicy',
    series: { [names.hosts]: constant(2) },
  },
  {
    name: 'down for half an hour',
    clause: 'stage_up',
    series: { [names.up]: `1x${3 * HOUR} 0x6 1x${6 * HOUR}` },
  },
  {
    name: 'unknown for an hour',
    clause: 'stage_up',
    series: { [names.up]: away(1, 3 * HOUR, 4 * HOUR) },
  },
  {
    name: 'events of an hour ago',
    clause: 'up_to_date',
    series: { [names.eventLag]: constant(3600) },
  },
  {
    name: 'a gap in the offsets',
    clause: 'no_offset_gap',
    series: { [names.gap]: once(2 * HOUR) },
  },
  {
    name: 'more series than the cap',
    clause: 'no_series_overflow',
    series: { [names.overflow]: once(2 * HOUR) },
  },
  {
    name: 'dead letters',
    clause: 'all_judged',
    series: { [names.deadLettered]: `0+1x${LENGTH}` },
  },
  {
    name: 'records that were not evaluated',
    clause: 'all_judged',
    series: { [names.notEvaluated]: `0+1x${LENGTH}` },
  },
  {
    name: 'a rejected object',
    clause: 'no_rejected_object',
    series: { [names.rejected]: constant(1) },
  },
  { name: 'a reload that failed', clause: 'reload_good', series: { [names.reload]: constant(0) } },
  {
    name: "Felix's own meaning of pending",
    clause: 'mode_enforcement',
    series: {
      [on('rehearsal_policy_set_info', 'set="default",hash="one",mode="calico"')]: constant(1),
    },
    without: [names.setInfo],
  },
];

/** What does not stand in the way. */
export const stillSafe: readonly { readonly name: string; readonly series: Series }[] = [
  { name: 'all is well', series: {} },
  {
    name: 'traffic of hosts, which nobody judges',
    series: { [names.notEvaluated]: `0+5x${LENGTH}`, [names.hostTraffic]: `0+5x${LENGTH}` },
  },
  {
    name: 'hosts, which a namespaced policy cannot select',
    series: { [names.hosts]: constant(2) },
  },
  {
    name: 'a denial before the window',
    series: { [names.solo]: once(5), [names.lastWouldDeny]: constant(1500) },
  },
  {
    name: 'a replica more, which has the policy, too',
    series: {
      [names.setInfoOfAnother]: `_x${4 * HOUR} 1x${4 * HOUR}`,
      [of('rehearsal_policy_info', 'staged_action="Set",spec_hash="one"', 'b')]:
        `_x${4 * HOUR} 1x${4 * HOUR}`,
    },
  },
  {
    name: 'a restart after denials and uncertain flows of long ago',
    series: {
      [names.solo]: `0x5 1x${4 * HOUR} 0x${5 * HOUR}`,
      [names.uncertain]: `0x5 1x${4 * HOUR} 0x${5 * HOUR}`,
      [names.started]: started(4 * HOUR + 6),
    },
  },
  { name: 'one dead letter in ten thousand', series: { [names.deadLettered]: `0+0.01x${LENGTH}` } },
];
