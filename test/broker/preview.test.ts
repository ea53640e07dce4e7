import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Preview } from '../../src/report/schema.ts';
import { rehearsal } from '../commands/support.ts';
import { produce } from '../support/broker/produce.ts';
import { sharedBroker, uniqueName } from '../support/broker/shared-broker.ts';
import { createTopics, testClient } from '../support/broker/topics.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';

const { bootstrap } = sharedBroker();
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-range-'));
const policies = join(folder, 'policy.yaml');
writeFileSync(
  policies,
  `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: db, namespace: default}
spec: {selector: role == 'database', types: [Ingress], ingress: [{action: Allow, source: {selector: role == 'frontend'}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: default}
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const value = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=backend'),
  dest: { ...workload('role=database'), port: 6379 },
});
const noon = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
const minute = 60_000;
const time = (minutes: number): string => new Date(noon + minutes * minute).toISOString();

/** A record a minute from noon on, in turn on two partitions. */
async function aTopic(records: number): Promise<string> {
  const topic = uniqueName('preview');
  await createTopics(bootstrap, [{ name: topic, partitions: 2 }]);
  await produce(
    bootstrap,
    topic,
    Array.from({ length: records }, (_, i) => ({
      partition: i % 2,
      value,
      timestamp: String(noon + i * minute),
    })),
  );
  return topic;
}

async function preview(topic: string, ...range: string[]): Promise<Preview> {
  const { stdout, stderr, exitCode } = await rehearsal(
    ['preview', '--policies', policies, '--format', 'json', '--from-topic', topic, ...range],
    { environment: { REHEARSAL_KAFKA_BROKERS: bootstrap } },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(stdout) as Preview;
}

test('a range of a topic is read to its end, by the time of its messages', async () => {
  const topic = await aTopic(10);
  const judged = async (...range: string[]) => (await preview(topic, ...range)).flows.judged;
  expect(await judged()).toBe(10);
  expect(await judged('--from', time(4))).toBe(6);
  expect(await judged('--to', time(4))).toBe(4);
  expect(await judged('--from', time(2), '--to', time(5))).toBe(3);
  expect(await judged('--from', time(100))).toBe(0);
  expect(await judged('--to', time(-5))).toBe(0);
});

test('a record is named by its offset, and no group is left behind', async () => {
  const topic = await aTopic(2);
  const { policies: found, sources } = await preview(topic);
  expect(sources).toEqual([topic]);
  expect(found[0]?.groups[0]?.sample).toMatch(new RegExp(`^${topic}/[01]/0$`));
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  expect(groups.map(({ groupId }) => groupId).filter((id) => id === 'rehearsal')).toEqual([]);
});

async function explain(place: string) {
  const environment = { REHEARSAL_KAFKA_BROKERS: bootstrap };
  return rehearsal(['explain', '--policies', policies, place], { environment });
}

describe('a record of a topic', () => {
  test('is explained by the name that a preview or the header `flow-source` gives it', async () => {
    const topic = await aTopic(6);
    const { stdout, stderr, exitCode } = await explain(`${topic}/1/2`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const fromFile = await rehearsal(['explain', '--policies', policies, '--flow', value]);
    expect(stdout).toBe(fromFile.stdout);
  });

  test.each([
    ['1/3', 'holds 0 to 2, but 3 was asked for'],
    ['5/0', 'there is no partition 5: '],
  ])('that is not there, %s, is told with what is', async (place, message) => {
    const topic = await aTopic(6);
    const { stdout, stderr, exitCode } = await explain(`${topic}/${place}`);
    expect([stdout, exitCode]).toEqual(['', 65]);
    expect(stderr).toContain(message);
  });

  test('that is no flow is refused with its reason', async () => {
    const topic = await aTopic(0);
    await produce(bootstrap, topic, [{ partition: 0, value: '{"no":"flow"}' }]);
    const { stderr, exitCode } = await explain(`${topic}/0/0`);
    expect(exitCode).toBe(65);
    expect(stderr).toContain(`\`${topic}/0/0\` cannot be read: unknown_format`);
  });
});

test('a topic without records ends at once', async () => {
  const { flows, closing } = await preview(await aTopic(0));
  expect(flows.judged).toBe(0);
  expect(closing).toBe('No flow was judged, so nothing can be said.');
});
