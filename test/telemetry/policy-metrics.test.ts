import { describe, expect, test } from 'vitest';
import { compileIndex } from '../../src/policy/index/compile.ts';
import { decodeResources } from '../../src/policy/resources/decode.ts';
import { readDocuments } from '../../src/policy/resources/documents.ts';
import { Tally } from '../../src/stage/tally.ts';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';
import { aCountable, aPolicyRef, aTelemetry, samplesOf } from './support.ts';

const staged = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP}, {action: Log}, {action: Deny}]
`;
const enforced = staged.replace('Staged', '').replace('.web', '.api');

async function load(telemetry: Telemetry, text: string, hash = 'h1'): Promise<void> {
  const { documents } = readDocuments(text, 'a.yaml');
  const resources = decodeResources(documents, { mode: 'enforcement' });
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const { policies } = compileIndex(resources, options);
  await telemetry.policies.prepare(policies);
  telemetry.policies.loaded({
    policies,
    objects: { Tier: resources.tiers.length },
    mode: 'enforcement',
    hash,
    compileSeconds: 0.25,
    readMs: 5000,
  });
}

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
      [`rehearsal_policy_info{${web},staged_action="Set",spec_hash="h1"}`]: '1',
      [`rehearsal_policy_info{${api},staged_action="",spec_hash="h1"}`]: '1',
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
  });
});

describe('a reload', () => {
  test('replaces what is described', async () => {
    const telemetry = aTelemetry();
    await load(telemetry, `${staged}---\n${enforced}`);
    await load(telemetry, staged, 'h2');
    const names = [...(await samplesOf(telemetry)).keys()];
    expect(names.filter((name) => name.startsWith('rehearsal_policy_info'))).toEqual([
      `rehearsal_policy_info{${web},staged_action="Set",spec_hash="h2"}`,
    ]);
    expect(names.filter((name) => name.startsWith('rehearsal_policy_set_info'))).toHaveLength(1);
  });

  test.each([
    ['begins the observation anew if something changed', 'h2', false],
    ['keeps it if nothing did', 'h1', true],
  ])('%s', async (_name, hash, isKept) => {
    const telemetry = aTelemetry();
    await load(telemetry, staged);
    const cells = [
      telemetry.stage.cells.cellOf({
        counts: 'touch',
        policy: aPolicyRef,
        direction: 'ingress',
        certainty: 'certain',
      }),
    ];
    const tally = new Tally();
    tally.judged(aCountable(cells), { connections: 1, bytes: 1, eventMs: 1000 });
    telemetry.stage.add(tally);
    const first = `rehearsal_policy_first_observed_timestamp_seconds{${web}}`;
    expect((await samplesOf(telemetry)).get(first)).toBe('1');
    await load(telemetry, staged, hash);
    expect((await samplesOf(telemetry)).has(first)).toBe(isKept);
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
