import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { windowOfRecords } from '../../examples/demo/traffic.ts';
import { produce } from '../support/broker/produce.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { startStage } from '../support/broker/stage-process.ts';
import type { StageProcess } from '../support/broker/stage-process.ts';
import { createTopics } from '../support/broker/topics.ts';
import { startAlertmanager, startPrometheus } from './support/servers.ts';
import type { Server } from './support/servers.ts';
import { pathOf } from './support/tools.ts';
import { spawnSync } from 'node:child_process';

const { bootstrap } = sharedBroker();
const name = uniqueName('monitoring');
const patience = { timeout: 90_000, interval: 500 };
// What is judged each five minutes is judged each second here.
const rules = readFileSync('monitoring/rules.yaml', 'utf8').replaceAll(
  'interval: 5m',
  'interval: 1s',
);

let stage: StageProcess;
let prometheus: Server;
let alertmanager: Server;
let traffic: NodeJS.Timeout;

beforeAll(async () => {
  const topics = [`${name}-in`, `${name}-out`, `${name}-dead`];
  await createTopics(
    bootstrap,
    topics.map((topic) => ({ name: topic, partitions: 1 })),
  );
  stage = await startStage({
    bootstrap,
    policies: 'examples/staging-guide/policies,examples/shop',
    settings: {
      INPUT_TOPICS: `${name}-in`,
      INPUT_GROUP_ID: name,
      OUTPUT_TOPIC: `${name}-out`,
      DEAD_LETTER_TOPIC: `${name}-dead`,
      POLICIES_SET: 'shop',
    },
  });
  await stage.ready();
  alertmanager = await startAlertmanager();
  prometheus = await startPrometheus({
    target: new URL(stage.url).host,
    rules,
    alertmanager: new URL(alertmanager.url).host,
  });
  traffic = setInterval(() => void sendWindow(), 1000);
});

afterAll(async () => {
  clearInterval(traffic);
  await prometheus?.[Symbol.asyncDispose]();
  await alertmanager?.[Symbol.asyncDispose]();
  await stage?.kill();
});

async function sendWindow(): Promise<void> {
  const endS = Math.floor(Date.now() / 1000);
  const records = windowOfRecords(endS, () => 0.5).map((value) => ({ partition: 0, value }));
  await produce(bootstrap, `${name}-in`, records);
}

async function answerOf(path: string): Promise<unknown> {
  const answer = await fetch(`${prometheus.url}/api/v1/${path}`);
  const body = (await answer.json()) as { status: string; error?: string; data: unknown };
  if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
  return body.data;
}

async function query(expression: string): Promise<readonly { metric: Record<string, string> }[]> {
  const data = (await answerOf(`query?query=${encodeURIComponent(expression)}`)) as {
    result: readonly { metric: Record<string, string> }[];
  };
  return data.result;
}

describe('a real Prometheus', () => {
  test('finds nothing to complain of in the page of metrics', async () => {
    const page = await (await fetch(`${stage.url}/metrics`)).text();
    const { status, stdout, stderr } = spawnSync(pathOf('promtool'), ['check', 'metrics'], {
      input: page,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('evaluates every rule', async () => {
    await vi.waitFor(async () => {
      const { groups } = (await answerOf('rules')) as {
        groups: readonly {
          rules: readonly { name: string; health: string; lastError?: string }[];
        }[];
      };
      const all = groups.flatMap((group) => group.rules);
      expect(all.length).toBeGreaterThan(40);
      expect(all.filter(({ health }) => health !== 'ok')).toEqual([]);
    }, patience);
  });

  test('calls no policy safe on a minute of traffic, and says what stands against each', async () => {
    await vi.waitFor(async () => {
      const judged = await query('policy:safe_to_enforce:bool');
      expect(judged.length).toBeGreaterThan(0);
      expect(await query('policy:safe_to_enforce:bool == 1')).toEqual([]);
      const clauses = await query('policy:safe_to_enforce_clause:bool == 0');
      const failing = new Set(clauses.map(({ metric }) => metric['clause']));
      expect([...failing]).toEqual(expect.arrayContaining(['observed_long_enough', 'stage_up']));
      expect(
        await query(
          'count by (set, tier, kind, policy_namespace, policy) (policy:safe_to_enforce_clause:bool) != 14',
        ),
      ).toEqual([]);
    }, patience);
  });

  test('tells Alertmanager of a policy that would deny', async () => {
    await vi.waitFor(async () => {
      const answer = await fetch(`${alertmanager.url}/api/v2/alerts`);
      const alerts = (await answer.json()) as readonly { labels: Record<string, string> }[];
      expect(alerts.map(({ labels }) => labels['alertname'])).toContain('PolicyWouldDenyNew');
    }, patience);
  });
});

describe('a query of the dashboard', () => {
  const dashboard = JSON.parse(readFileSync('monitoring/dashboard.json', 'utf8')) as {
    panels: readonly { title: string; targets?: readonly { expr: string }[] }[];
  };
  const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [title, expr] as const),
  );

  test.each(queries)('is answered: %s', async (_title, expression) => {
    const filled = expression
      .replaceAll('$job', '.+')
      .replaceAll('$instance', '.+')
      .replaceAll('$__rate_interval', '10s')
      .replaceAll('$__range', '1m');
    expect(filled).not.toContain('$');
    await expect(query(filled)).resolves.toBeInstanceOf(Array);
  });
});
