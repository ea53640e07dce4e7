import type { StageProcess } from '../../test/support/broker/stage-process.ts';
import type { Flip } from './flips.ts';
import type { Picture, PolicyCounts } from './screen.ts';

interface Progress {
  readonly sent: number;
  readonly elapsedMs: number;
  readonly durationS: number | null;
  readonly flips: readonly Flip[];
}

/** What the metrics of the stage say now. */
export async function pictureOf(stage: StageProcess, progress: Progress): Promise<Picture> {
  const [records, flows, lag, info, touched, denied] = await Promise.all(
    [
      'rehearsal_records_total',
      'rehearsal_flows_total',
      'rehearsal_consumer_lag_records',
      'rehearsal_policy_info',
      'rehearsal_policy_flows_total',
      'rehearsal_would_deny_flows_total',
    ].map((name) => stage.metric(name)),
  );
  const judged = total(records);
  const elapsedS = Math.floor(progress.elapsedMs / 1000);
  return {
    elapsedS,
    durationS: progress.durationS,
    sent: progress.sent,
    judged,
    perSecond: Math.round((judged * 1000) / Math.max(progress.elapsedMs, 1)),
    lag: total(lag),
    changes: sums(flows, (labels) => labels['change'] ?? ''),
    policies: policies(info, touched, denied),
    flips: progress.flips,
    metricsUrl: stage.url,
  };
}

type Series = ReadonlyMap<string, number> | undefined;

function policies(info: Series, touched: Series, denied: Series): PolicyCounts[] {
  const touchedBy = sums(touched, policyOf);
  const unsureOf = sums(touched, (labels) =>
    labels['certainty'] === 'certain' ? '' : policyOf(labels),
  );
  const deniedBy = sums(denied, (labels) =>
    labels['attribution'] === 'solo' ? policyOf(labels) : '',
  );
  return [...(info ?? new Map<string, number>()).keys()]
    .map(labelsOf)
    .filter(({ kind = '' }) => kind.startsWith('Staged'))
    .map(policyOf)
    .toSorted()
    .map((policy) => ({
      policy,
      touched: touchedBy[policy] ?? 0,
      deniesAlone: deniedBy[policy] ?? 0,
      unsure: unsureOf[policy] ?? 0,
    }));
}

function policyOf(labels: Readonly<Record<string, string>>): string {
  const { kind = '', policy_namespace: namespace = '', policy = '' } = labels;
  return `${kind} ${namespace === '' ? policy : `${namespace}/${policy}`}`;
}

function sums(
  series: Series,
  key: (labels: Readonly<Record<string, string>>) => string,
): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [text, value] of series ?? []) {
    const name = key(labelsOf(text));
    result[name] = (result[name] ?? 0) + value;
  }
  return result;
}

function total(series: Series): number {
  return [...(series?.values() ?? [])].reduce((sum, value) => sum + value, 0);
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
