import { constant, LENGTH, names, on, once } from './series.ts';
import type { Series } from './series.ts';

export interface AlertCase {
  readonly alert: string;
  /** Where one alert has several. */
  readonly case?: string;
  readonly at: string;
  readonly series: Series;
  readonly labels: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
}

const policyLabels = {
  set: 'default',
  tier: 'default',
  kind: 'StagedNetworkPolicy',
  policy_namespace: 'payments',
  policy: 'ledger-strict',
};
const job = { job: 'rehearsal' };

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'PolicyWouldDenyNew',
    at: '2010m',
    series: { [names.solo]: once(401) },
    labels: { ...job, ...policyLabels, severity: 'warning' },
  },
  {
    alert: 'PolicyWouldDenySpike',
    at: '2040m',
    series: { [names.solo]: `0+600x400 240000+60000x${LENGTH - 400}` },
    labels: { ...job, ...policyLabels, severity: 'warning' },
  },
  {
    alert: 'PolicySafeToEnforce',
    at: '9h',
    series: {},
    labels: { ...job, ...policyLabels, severity: 'info' },
  },
  {
    alert: 'RehearsalStalled',
    at: '120m',
    series: { [names.evaluated]: `0+100x12 1200x${LENGTH}`, [names.lag]: constant(50) },
    labels: { ...job, severity: 'critical' },
  },
  {
    alert: 'RehearsalStalled',
    case: 'for one partition while others move',
    at: '60m',
    series: { [names.lagOfAnother]: constant(7) },
    labels: { ...job, severity: 'critical' },
  },
  {
    alert: 'RehearsalLagGrowing',
    at: '180m',
    series: { [names.lag]: `0+5000x${LENGTH}` },
    labels: { ...job, topic: 'flows', severity: 'warning' },
  },
  {
    alert: 'RehearsalPolicySetStale',
    at: '60m',
    series: {
      [on('rehearsal_policy_set_info', 'set="default",hash="two",mode="enforcement"', 'b')]:
        constant(1),
    },
    labels: { ...job, set: 'default', severity: 'warning' },
  },
  {
    alert: 'RehearsalReloadFailing',
    at: '60m',
    series: { [names.reload]: constant(0) },
    labels: { ...job, instance: 'a', severity: 'warning' },
  },
  {
    alert: 'RehearsalDeadLetters',
    at: '60m',
    series: { [names.truncated]: `0+1x${LENGTH}` },
    labels: { ...job, reason: 'truncated', severity: 'warning' },
  },
  {
    alert: 'RehearsalSeriesOverflow',
    at: '60m',
    series: { [names.overflow]: `0+1x${LENGTH}` },
    labels: { ...job, metric: 'rehearsal_policy_hits_total', severity: 'warning' },
  },
  {
    alert: 'RehearsalUncertainShareHigh',
    at: '120m',
    series: { [names.uncertainFlows]: `0+20x${LENGTH}` },
    labels: { ...job, severity: 'info' },
  },
  {
    alert: 'RehearsalAbsent',
    at: '60m',
    series: {},
    labels: { severity: 'critical' },
    without: [on('rehearsal_build_info', 'version="1"')],
  },
];
