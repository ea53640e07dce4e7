// The one source of monitoring/dashboard.json (Grafana, Classic JSON).

type Panel = Readonly<Record<string, unknown>>;

const datasource = { type: 'prometheus', uid: '${datasource}' };
/** Every query looks at the chosen jobs and instances only. */
const scope = 'job=~"$job",instance=~"$instance"';

interface PanelSpec {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  readonly query: string;
  readonly legend: string;
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
    templating: { list: [datasourceVariable(), variable('job'), variable('instance')] },
    panels: [
      series(1, { x: 0, y: 0, ...half }, verdicts),
      table(2, { x: 12, y: 0, ...half }, wouldDeny),
      series(3, { x: 0, y: 8, ...half }, records),
      series(4, { x: 12, y: 8, ...half }, uncertain),
      series(5, { x: 0, y: 16, ...half }, lag),
      series(6, { x: 12, y: 16, ...half }, deadLetters),
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
    fieldConfig: { defaults: { unit: spec.unit, min: 0 }, overrides: [] },
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
