import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly links?: readonly { readonly url: string }[];
    };
  };
  readonly targets: readonly {
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

const dashboard = JSON.parse(readFileSync('monitoring/dashboard.json', 'utf8')) as {
  readonly uid: string;
  readonly id?: number;
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string;
    }[];
  };
  readonly panels: readonly Panel[];
};
const rules = readFileSync('monitoring/rules.yaml', 'utf8');
const panels = dashboard.panels.map((panel) => [panel.title, panel] as const);

/** Units that Grafana knows, of those that we use. */
const units = new Set(['short', 'none', 'reqps', 's', 'bytes', 'percentunit', 'bool_yes_no']);

/** Every selector of a query: a name and its matchers. */
function selectorsOf(expression: string): [name: string, matchers: string][] {
  return [...expression.matchAll(/([a-z_][a-z_:0-9]*)\{([^}]*)\}/g)].map((found) => [
    found[1] ?? '',
    found[2] ?? '',
  ]);
}

describe('the dashboard', () => {
  test('has a name of its own and no number of one Grafana', () => {
    expect(dashboard.uid).toBe('rehearsal');
    expect(dashboard.id).toBeUndefined();
  });

  test('lets its reader choose data source, job and instance', () => {
    const variables = dashboard.templating.list.map(({ name, type }) => `${name} ${type}`);
    expect(variables).toEqual(['datasource datasource', 'job query', 'instance query']);
  });

  test('numbers its panels', () => {
    const numbers = dashboard.panels.map(({ id }) => id);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe.each(panels)('the panel %s', (_title, panel) => {
  test('says what it shows, in a unit', () => {
    expect(panel.title).not.toBe('');
    expect(panel.description).not.toBe('');
    expect(units).toContain(panel.fieldConfig.defaults.unit);
  });

  test('asks the data source that was chosen', () => {
    const sources = [panel.datasource, ...panel.targets.map(({ datasource }) => datasource)];
    expect(sources.map(({ uid }) => uid)).toEqual(sources.map(() => '${datasource}'));
  });

  test('asks for the job and instance that were chosen', () => {
    const selectors = panel.targets.flatMap(({ expr }) => selectorsOf(expr));
    expect(selectors).not.toEqual([]);
    for (const [name, matchers] of selectors) {
      expect(matchers).toContain('job=~"$job"');
      // A recording rule is of all instances together.
      expect(matchers.includes('instance=~"$instance"')).toBe(!name.includes(':'));
    }
  });

  test('asks for recording rules that there are', () => {
    const names = panel.targets.flatMap(({ expr }) => selectorsOf(expr).map(([name]) => name));
    const missing = names.filter(
      (name) => name.includes(':') && !rules.includes(`record: ${name}\n`),
    );
    expect(missing).toEqual([]);
  });

  test('takes rates over the interval that Grafana chooses', () => {
    const ranges = panel.targets.flatMap(({ expr }) => expr.match(/\[[^\]]*\]/g) ?? []);
    const others = ranges.filter(
      (range) => range !== '[$__rate_interval]' && range !== '[$__range]',
    );
    expect(others).toEqual([]);
  });

  test('leads to pages that there are', () => {
    const links = panel.fieldConfig.defaults.links ?? [];
    expect(links.filter(({ url }) => !existsSync(url))).toEqual([]);
  });
});
