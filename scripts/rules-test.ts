// What `promtool test rules` checks of monitoring/rules.yaml: the alerts as they are (monitoring/rules.test.yaml), and what
// safe means with a window of 7 hours in the place of 7 days, as a week of samples takes promtool a minute a case.

import { alertCases } from './rules/alert-cases.ts';
import type { AlertCase } from './rules/alert-cases.ts';
import { clauseCases, stillSafe } from './rules/clause-cases.ts';
import type { ClauseCase } from './rules/clause-cases.ts';
import { HOUR, names, once, policy, well } from './rules/series.ts';

interface Expected {
  readonly labels?: string;
  readonly value: number;
}

const AT = '8h';

/** When nothing is wrong and nothing is proven yet. */
const QUIET_AT = '30h';

/** The text of monitoring/rules.test.yaml, which is JSON. */
export function alertTestsYaml(): string {
  const quiet = {
    name: 'no alert fires while all is well',
    interval: '5m',
    input_series: inputOf({ series: {} }),
    alert_rule_test: [...new Set(alertCases.map(({ alert }) => alert))].map((alert) => ({
      alertname: alert,
      eval_time: QUIET_AT,
      exp_alerts: [],
    })),
  };
  const fired = alertCases.filter(({ alert }) => alert !== 'PolicySafeToEnforce');
  return `# Made by \`npm run generate\`. Run: promtool test rules monitoring/rules.test.yaml\n${textOf(
    [...fired.map(alertTest), quiet],
  )}`;
}

/** The rules with a window of 7 hours. */
export function shortRules(rules: string): string {
  return rules.replaceAll('7d', '7h').replaceAll('7 * 86400', '7 * 3600').replaceAll('1996', '83');
}

/** What fails the clause and so is not safe, by `shortRules`; JSON. */
export function clauseTestsYaml(clause: string): string {
  return textOf(clauseTests(clauseCases.filter((one) => one.clause === clause)));
}

/** What is safe and what is not, by `shortRules`; JSON. */
export function safeTestsYaml(): string {
  const joint = { series: { [names.joint]: once(5 * HOUR) } };
  return textOf([
    ...stillSafe.map(({ name, series }) => test(name, { series }, [safe(1), setSafe(1)])),
    ...clauseTests(clauseCases),
    test('denials of all together', joint, [safe(1), setSafe(0)]),
    ...alertCases.filter(({ alert }) => alert === 'PolicySafeToEnforce').map(alertTest),
  ]);
}

function clauseTests(cases: readonly ClauseCase[]): readonly object[] {
  return cases.map((one) =>
    test(one.name, one, [
      safe(0, one.kind),
      setSafe(one.clause === 'no_would_deny' ? 1 : 0),
      failing(one),
    ]),
  );
}

function textOf(tests: readonly object[]): string {
  const content = { rule_files: ['rules.yaml'], evaluation_interval: '5m', tests };
  return `${JSON.stringify(content, null, 1)}\n`;
}

type Scene = Pick<ClauseCase, 'series' | 'without' | 'kind'>;

function inputOf({ series, without = [], kind }: Scene) {
  return Object.entries({ ...well, ...series })
    .filter(([name]) => !without.includes(name))
    .map(([name, values]) => ({ series: ofKind(name, kind), values }));
}

function ofKind(text: string, kind: string | undefined): string {
  return kind === undefined
    ? text
    : text.replace(
        /kind="StagedNetworkPolicy",policy_namespace/,
        `kind="${kind}",policy_namespace`,
      );
}

function test(name: string, scene: Scene, promql_expr_test: readonly object[]) {
  return { name, interval: '5m', input_series: inputOf(scene), promql_expr_test };
}

function expectation(expr: string, samples: readonly Expected[]) {
  return {
    expr,
    eval_time: AT,
    exp_samples: samples.map(({ labels = '{}', value }) => ({ labels, value })),
  };
}

function safe(value: number, kind?: string) {
  return expectation('policy:safe_to_enforce:bool', [
    { labels: ofKind(`policy:safe_to_enforce:bool{job="rehearsal",${policy}}`, kind), value },
  ]);
}

function setSafe(value: number) {
  return expectation('policy_set:safe_to_enforce:bool', [
    { labels: 'policy_set:safe_to_enforce:bool{job="rehearsal",set="default"}', value },
  ]);
}

/** That clause fails, and no other. */
function failing({ clause, kind }: ClauseCase) {
  return expectation('policy:safe_to_enforce_clause:bool == 0', [
    {
      labels: ofKind(
        `policy:safe_to_enforce_clause:bool{clause="${clause}",job="rehearsal",${policy}}`,
        kind,
      ),
      value: 0,
    },
  ]);
}

function alertTest({ alert, case: which = '', at, series, labels, without = [] }: AlertCase) {
  return {
    name: `${alert} fires ${which}`.trimEnd(),
    interval: '5m',
    input_series: inputOf({ series, without }),
    promql_expr_test: [
      {
        expr: `count by (alertname) (ALERTS{alertname="${alert}",alertstate="firing"})`,
        eval_time: at,
        exp_samples: [{ labels: `{alertname="${alert}"}`, value: 1 }],
      },
      {
        expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
        eval_time: at,
        exp_samples: [
          {
            labels: `ALERTS${labelText({ alertname: alert, alertstate: 'firing', ...labels })}`,
            value: 1,
          },
        ],
      },
    ],
  };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}
