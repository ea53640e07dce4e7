import { describe, expect, test } from 'vitest';
import { aTelemetry, load, samplesOf, stagedText as staged } from './support.ts';

const enforced = staged.replace('Staged', '').replace('.web', '.api');
const hash = /^[0-9a-f]{16}$/;

const who = (kind: string, name: string): string =>
  `set="default",tier="default",kind="${kind}",policy_namespace="shop",policy="${name}"`;
const web = who('StagedNetworkPolicy', 'default.web');
const api = who('NetworkPolicy', 'default.api');

describe('a loaded policy', () => {
  test.each([
    `rehearsal_would_deny_flows_total{${web},rule="2",direction="ingress",attribution="joint"}`,
    `rehearsal_would_deny_flows_total{${web},rule="2",direction="ingress",attribution="solo"}`,
    `rehearsal_would_deny_flows_total{${web},rule="-1",direction="ingress",attribution="solo"}`,
    `rehearsal_would_deny_bytes_total{${web},rule="other",direction="ingress",attribution="joint"}`,
    `rehearsal_would_allow_flows_total{${web},rule="0",direction="ingress",attribution="solo"}`,
    `rehearsal_policy_hits_total{${web},rule="0",direction="ingress",action="allow"}`,
    `rehearsal_policy_hits_total{${web},rule="-1",direction="ingress",action="deny"}`,
    `rehearsal_policy_flows_total{${web},direction="ingress",certainty="uncertain"}`,
    `rehearsal_would_deny_flows_total{${api},rule="2",direction="ingress",attribution="joint"}`,
  ])('has its series at 0: %s', async (name) => {
    const telemetry = aTelemetry();
    await load(telemetry, `${staged}---\n${enforced}`);
    expect((await samplesOf(telemetry)).get(name)).toBe('0');
  });

  test.each([
    ['a rule that only logs is never a hit', `{${web},rule="1",`],
    ['a direction it does not govern', 'direction="egress"'],
    [
      'an enforced policy is never judged alone',
      `{${api},rule="2",direction="ingress",attribution="solo"}`,
    ],
    ['no flow could touch an enforced policy newly', `rehearsal_policy_flows_total{${api}`],
    ['a rule that allows denies nothing', `rehearsal_would_deny_flows_total{${web},rule="0"`],
  ])('has no series that cannot move: %s', async (_name, part) => {
    const telemetry = aTelemetry();
    await load(telemetry, `${staged}---\n${enforced}`);
    const policySeries = [...(await samplesOf(telemetry)).keys()].filter((name) =>
      name.includes('tier='),
    );
    expect(policySeries.filter((name) => name.includes(part))).toEqual([]);
  });

  test('is described, and so is its set', async () => {
    const telemetry = aTelemetry();
    await load(telemetry, `${staged}---\n${enforced}`);
    const samples = await samplesOf(telemetry);
    const expected = {
      'rehearsal_policy_set_info{set="default",hash="h1",mode="enforcement"}': '1',
      'rehearsal_policy_objects{kind="StagedNetworkPolicy",state="loaded"}': '1',
      'rehearsal_policy_objects{kind="StagedNetworkPolicy",state="rejected"}': '0',
      rehearsal_policy_compile_seconds: '0.25',
      rehearsal_policy_last_reload_timestamp_seconds: '5',
      rehearsal_policy_last_reload_successful: '1',
      'rehearsal_policy_reload_total{result="success"}': '1',
    };
    for (const [name, value] of Object.entries(expected))
      expect([name, samples.get(name)]).toEqual([name, value]);
    const infos = [...samples.keys()].filter((name) => name.startsWith('rehearsal_policy_info'));
    const specHash = expect.stringMatching(hash) as string;
    expect(infos.map((name) => name.split(/spec_hash="|"}$/))).toEqual([
      [`rehearsal_policy_info{${api},staged_action="",`, specHash, ''],
      [`rehearsal_policy_info{${web},staged_action="Set",`, specHash, ''],
    ]);
  });
});

describe('a reload', () => {
  test('replaces what is described', async () => {
    const telemetry = aTelemetry();
    await load(telemetry, `${staged}---\n${enforced}`);
    await load(telemetry, staged, 'h2');
    const names = [...(await samplesOf(telemetry)).keys()];
    expect(names.filter((name) => name.startsWith('rehearsal_policy_info'))).toEqual([
      expect.stringContaining(`{${web},staged_action="Set",`),
    ]);
    expect(names.filter((name) => name.startsWith('rehearsal_policy_set_info'))).toHaveLength(1);
  });

  test('that fails is told and leaves the rest as it was', async () => {
    const telemetry = aTelemetry();
    await load(telemetry, staged);
    telemetry.policies.refused();
    const samples = await samplesOf(telemetry);
    expect(samples.get('rehearsal_policy_last_reload_successful')).toBe('0');
    expect(samples.get('rehearsal_policy_reload_total{result="failure"}')).toBe('1');
    expect(samples.get('rehearsal_policy_last_reload_timestamp_seconds')).toBe('5');
  });
});
