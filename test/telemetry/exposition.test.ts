import { describe, expect, test } from 'vitest';
import { formatPage } from '../../src/telemetry/exposition.ts';
import { metricTable } from '../../src/telemetry/metric-table.ts';
import { labelText } from '../../src/telemetry/label-text.ts';
import type { MetricFamily } from '../../src/telemetry/metric-family.ts';
import { PageCache } from '../../src/telemetry/page-cache.ts';
import { StoppedClock, aTelemetry } from './support.ts';

const families: readonly MetricFamily[] = [
  {
    name: 'a_total',
    type: 'counter',
    help: 'One \\ two\nthree.',
    samples: [
      {
        name: undefined,
        labels: labelText({ b: 'x"y\\z\nw' }),
        value: 1.5,
        exemplar: { labels: labelText({ offset: 7 }), value: 1, atSeconds: 2.5 },
      },
      { name: undefined, labels: '', value: Infinity },
    ],
  },
  {
    name: 'h',
    type: 'histogram',
    help: 'H.',
    samples: [{ name: 'h_bucket', labels: labelText({ le: '+Inf' }), value: 2 }],
  },
];

describe('a page', () => {
  test('in the text format of Prometheus', async () => {
    expect((await formatPage(families, 'prometheus')).toString()).toBe(
      [
        '# HELP a_total One \\\\ two\\nthree.',
        '# TYPE a_total counter',
        'a_total{b="x\\"y\\\\z\\nw"} 1.5',
        'a_total +Inf',
        '# HELP h H.',
        '# TYPE h histogram',
        'h_bucket{le="+Inf"} 2',
        '',
      ].join('\n'),
    );
  });

  test('in OpenMetrics the family of a counter has no _total, its samples have, and the end is marked', async () => {
    const page = (await formatPage(families, 'openmetrics')).toString();
    expect(page).toContain('# TYPE a counter\na_total{');
    expect(page).toContain('} 1.5 # {offset="7"} 1 2.500\n');
    expect(page).toMatch(/\n# EOF\n$/);
  });
});

test('asking for OpenMetrics in between does not change what others get', async () => {
  const telemetry = aTelemetry();
  const before = await telemetry.page('prometheus');
  await telemetry.page('openmetrics');
  expect(before.toString()).toContain('\nrehearsal_records_total{');
  expect((await telemetry.page('prometheus')).toString()).toContain('\nrehearsal_records_total{');
});

test('no gauge of a page is named as a counter, those of the process included', async () => {
  const page = (await aTelemetry().page('prometheus')).toString();
  const types = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
    name,
    type,
  }));
  expect(types.length).toBeGreaterThan(Object.keys(metricTable).length);
  expect(
    types.filter(({ name, type }) => name?.endsWith('_total') !== (type === 'counter')),
  ).toEqual([]);
});

function counting() {
  const clock = new StoppedClock();
  let reads = 0;
  const read = async () => {
    reads += 1;
    if (reads === 3) throw new Error('once');
    return [];
  };
  const cache = new PageCache({ read, clock, maxAgeMs: 1000 });
  return { clock, cache, reads: () => reads };
}

describe('the kept page', () => {
  test('is made once for scrapes that come together, and again when it is old', async () => {
    const { clock, cache, reads } = counting();
    await Promise.all(Array.from({ length: 50 }, () => cache.page('prometheus')));
    expect(reads()).toBe(1);
    clock.ms += 999;
    await cache.page('prometheus');
    expect(reads()).toBe(1);
    clock.ms += 1;
    await cache.page('prometheus');
    expect(reads()).toBe(2);
  });

  test('is not kept if it failed', async () => {
    const { clock, cache } = counting();
    await cache.page('prometheus');
    await cache.page('openmetrics');
    clock.ms += 1000;
    await expect(cache.page('prometheus')).rejects.toThrow('once');
    expect((await cache.page('prometheus')).length).toBe(0);
  });
});

describe('the table of metrics', () => {
  test.each(Object.entries(metricTable))('%s is named as its type asks', (name, { type, help }) => {
    expect(name).toMatch(/^rehearsal_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z].*[^.]\.$|; always 1\.$/);
  });

  test('no label ever comes from traffic', () => {
    const labels = new Set(Object.values(metricTable).flatMap((info) => Object.keys(info.labels)));
    expect([...labels].toSorted()).toEqual([
      'action',
      'agreement',
      'attribution',
      'cause',
      'certainty',
      'change',
      'dialect',
      'direction',
      'hash',
      'kind',
      'limit',
      'metric',
      'mode',
      'node',
      'outcome',
      'partition',
      'policy',
      'policy_namespace',
      'reason',
      'result',
      'rule',
      'set',
      'spec_hash',
      'staged_action',
      'state',
      'tier',
      'topic',
      'version',
    ]);
  });
});
