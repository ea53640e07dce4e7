// The one source of monitoring/dashboard.json (Grafana, Classic JSON).

type Panel = Readonly<Record<string, unknown>>;

const datasource = { type: 'prometheus', uid: '${datasource}' };
/** Every query looks at the chosen jobs and instances only. */
const scope = 'job=~"$job",instance=~"$instance"';

/** Recording rules are of all instances together. */
const jobs = 'job=~"$job"';

interface PanelSpec {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly query: string;
  readonly legend: string;
  /** Where a row of a table leads. */
  readonly link?: { readonly title: string; readonly url: string };
}

/** The text of the dashboard, as it lies in the repository. */
export function dashboardJson(): string {
  return `${JSON.stringify(dashboard(), null, 2)}\n`;
}

function dashboard(): Panel {
  const half = { w: 12, h: 8 };
  return {
    uid: 'rehearsal',
    title: 'Rehearsal',
    description: 'What the staged policies would do to the traffic that flows now',
    tags: ['rehearsal', 'network-policy'],
    timezone: 'browser',
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    annotations: { list: [reloads] },
    templating: { list: [datasourceVariable(), variable('job'), variable('instance')] },
    panels: [
      table(2, { x: 0, y: 0, ...half }, wouldDeny),
      table(7, { x: 12, y: 0, ...half }, safe),
      table(8, { x: 12, y: 8, ...half }, standsAgainst),
      series(1, { x: 0, y: 8, ...half }, verdicts),
      series(9, { x: 0, y: 16, ...half }, uncertainShare),
      series(4, { x: 12, y: 16, ...half }, uncertain),
      series(3, { x: 0, y: 24, ...half }, records),
      series(6, { x: 12, y: 24, ...half }, deadLetters),
      series(5, { x: 0, y: 32, ...half }, lag),
      series(10, { x: 12, y: 32, ...half }, eventLag),
      series(11, { x: 0, y: 40, ...half }, saturation),
      series(12, { x: 12, y: 40, ...half }, memory),
    ],
  };
}

const verdicts: PanelSpec = {
  title: 'Flows by what would change',
  description:
    'Flow records a second by what enforcing every staged policy would change. Both ends of a ' +
    'connection report it: compare within one direction.',
  unit: 'short',
  query: `sum by (direction, change) (rate(rehearsal_flows_total{${scope}}[$__rate_interval]))`,
  legend: '{{direction}} {{change}}',
};

const wouldDeny: PanelSpec = {
  title: 'Would-be denials by policy',
  description:
    'Flows of the chosen time that are allowed now and that the staged policy would deny if it ' +
    'were enforced next, alone.',
  unit: 'short',
  query:
    'sort_desc(sum by (tier, kind, policy_namespace, policy, direction) ' +
    `(increase(rehearsal_would_deny_flows_total{attribution="solo",${scope}}[$__range])) > 0)`,
  legend: '{{policy}}',
  link: { title: 'What to do', url: 'docs/runbooks/PolicyWouldDenyNew.md' },
};

const safe: PanelSpec = {
  title: 'Safe to enforce next',
  description:
    'Staged policies of which 7 days of whole evidence say that enforcing them next, alone, would ' +
    'deny nothing that is allowed: 1. Ask again after each change.',
  unit: 'bool_yes_no',
  query: `sort_desc(policy:safe_to_enforce:bool{${jobs}})`,
  legend: '{{policy}}',
  link: { title: 'What it means', url: 'docs/runbooks/PolicySafeToEnforce.md' },
};

const standsAgainst: PanelSpec = {
  title: 'What stands against it',
  description: 'For each staged policy that is not safe to enforce, every clause that fails.',
  unit: 'none',
  query: `policy:safe_to_enforce_clause:bool{${jobs}} == 0`,
  legend: '{{policy}} {{clause}}',
};

const uncertainShare: PanelSpec = {
  title: 'Uncertain share',
  description: 'Share of the flows that could not be decided; above a tenth an alert fires.',
  unit: 'percentunit',
  query:
    `sum(rate(rehearsal_flows_total{change="uncertain",${scope}}[$__rate_interval]))` +
    ` / sum(rate(rehearsal_flows_total{${scope}}[$__rate_interval]))`,
  legend: 'uncertain',
};

const records: PanelSpec = {
  title: 'Input records by outcome',
  description: 'Every input record counts once, under what became of it.',
  unit: 'reqps',
  query: `sum by (outcome) (rate(rehearsal_records_total{${scope}}[$__rate_interval]))`,
  legend: '{{outcome}}',
};

const uncertain: PanelSpec = {
  title: 'Uncertain flows by reason',
  description: 'Flows a second that could not be decided, by what the record or inventory lacks.',
  unit: 'short',
  query: `sum by (reason) (rate(rehearsal_uncertain_flows_total{${scope}}[$__rate_interval]))`,
  legend: '{{reason}}',
};

const lag: PanelSpec = {
  title: 'Consumer lag',
  description: 'Records of each input topic that are not judged yet.',
  unit: 'short',
  query: `sum by (topic) (rehearsal_consumer_lag_records{${scope}})`,
  legend: '{{topic}}',
};

const eventLag: PanelSpec = {
  title: 'Event-time lag',
  description:
    'Age of the newest flow that was judged, of the partition furthest behind. Above 15 minutes nothing is called safe.',
  unit: 's',
  query: `max by (instance) (rehearsal_event_time_lag_seconds{${scope}})`,
  legend: '{{instance}}',
};

const saturation: PanelSpec = {
  title: 'Cores in use',
  description: 'CPU of each replica: one replica judges on one core.',
  unit: 'short',
  query: `sum by (instance) (rate(process_cpu_seconds_total{${scope}}[$__rate_interval]))`,
  legend: '{{instance}}',
};

const memory: PanelSpec = {
  title: 'Memory',
  description: 'Resident memory of each replica.',
  unit: 'bytes',
  query: `sum by (instance) (process_resident_memory_bytes{${scope}})`,
  legend: '{{instance}}',
};

/** A line in every panel where the policies were read anew. */
const reloads = {
  name: 'Reloads',
  datasource,
  enable: true,
  iconColor: 'blue',
  expr: `changes(rehearsal_policy_last_reload_timestamp_seconds{${scope}}[$__rate_interval]) > 0`,
  titleFormat: 'policies read anew',
  textFormat: '{{instance}}',
  step: '60s',
};

const deadLetters: PanelSpec = {
  title: 'Dead letters by reason',
  description: 'Records a second that could not be decoded and went to the dead-letter topic.',
  unit: 'short',
  query: `sum by (reason) (rate(rehearsal_dead_letter_records_total{${scope}}[$__rate_interval]))`,
  legend: '{{reason}}',
};

function series(id: number, gridPos: object, spec: PanelSpec): Panel {
  return {
    ...base(id, gridPos, spec),
    type: 'timeseries',
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: [target(spec, false)],
  };
}

function table(id: number, gridPos: object, spec: PanelSpec): Panel {
  return {
    ...base(id, gridPos, spec),
    type: 'table',
    options: { showHeader: true },
    targets: [target(spec, true)],
    transformations: [{ id: 'organize', options: { excludeByName: { Time: true } } }],
  };
}

function base(id: number, gridPos: object, spec: PanelSpec): Panel {
  return {
    id,
    gridPos,
    title: spec.title,
    description: spec.description,
    datasource,
    fieldConfig: {
      defaults: {
        unit: spec.unit,
        min: 0,
        ...(spec.link === undefined ? {} : { links: [{ ...spec.link, targetBlank: true }] }),
      },
      overrides: [],
    },
  };
}

function target(spec: PanelSpec, isInstant: boolean): Panel {
  return {
    refId: 'A',
    datasource,
    expr: spec.query,
    legendFormat: spec.legend,
    instant: isInstant,
    range: !isInstant,
    ...(isInstant ? { format: 'table' } : {}),
  };
}

function datasourceVariable(): Panel {
  return { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
}

function variable(name: 'job' | 'instance'): Panel {
  const matcher = name === 'job' ? '' : '{job=~"$job"}';
  return {
    name,
    label: name === 'job' ? 'Job' : 'Instance',
    type: 'query',
    datasource,
    query: `label_values(rehearsal_build_info${matcher}, ${name})`,
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { selected: true, text: 'All', value: '$__all' },
    refresh: 2,
    sort: 1,
  };
}
