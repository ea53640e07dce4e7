import { describe, expect, test } from 'vitest';
import type { Cells, Charge } from '../../src/stage/cells.ts';
import { Tally } from '../../src/stage/tally.ts';
import type { ExpositionFormat } from '../../src/telemetry/exposition.ts';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';
import { aCountable, aPolicyRef, aTelemetry, load, samplesOf } from './support.ts';
import { stagedText, StoppedClock } from './support.ts';

const policy =
  'set="default",tier="default",kind="StagedNetworkPolicy",policy_namespace="shop",policy="default.web"';
const wouldDeny: Charge = {
  counts: 'would-deny',
  policy: aPolicyRef,
  direction: 'ingress',
  rule: -1,
  attribution: 'joint',
};
const touch: Charge = {
  counts: 'touch',
  policy: aPolicyRef,
  direction: 'ingress',
  certainty: 'certain',
};
const denied = `rehearsal_would_deny_flows_total{${policy},rule="-1",direction="ingress",attribution="joint"}`;
const touched = `rehearsal_policy_flows_total{${policy},direction="ingress",certainty="certain"}`;
const first = `rehearsal_policy_first_observed_timestamp_seconds{${policy}}`;
const last = `rehearsal_policy_last_would_deny_timestamp_seconds{${policy}}`;
const nowMs = new StoppedClock().ms;
const other = stagedText.replace('default.web', 'default.other').replace("'web'", "'other'");
const elsewhere = stagedText.replace('namespace: shop', 'namespace: bank');

interface Counted {
  readonly charges?: readonly Charge[];
  readonly eventMs?: number | null;
  readonly topic?: string;
  readonly connections?: number;
  readonly bytes?: number;
}

/** A batch of one record. */
function count(telemetry: Telemetry, cells: Cells, counted: Counted = {}): void {
  const { charges = [wouldDeny, touch], eventMs = null, topic = 'flows' } = counted;
  const { connections = 1, bytes = 1 } = counted;
  const tally = new Tally({ topic, partition: 3 });
  const numbers = charges.map((charge) => cells.cellOf(charge));
  tally.judged(aCountable(numbers, {}, cells), { connections, bytes, eventMs }, 42);
  telemetry.stage.add(tally);
}

describe('cells', () => {
  test('equal charges have equal numbers', async () => {
    const book = await load(aTelemetry(), stagedText);
    const number = book.cellOf(wouldDeny);
    expect(book.cellOf({ ...wouldDeny, policy: { ...aPolicyRef } })).toBe(number);
    expect(book.cellOf({ ...wouldDeny, rule: 'other' })).not.toBe(number);
    expect(book.cellOf({ ...wouldDeny, counts: 'would-allow' })).not.toBe(number);
  });

  test('become flows, connections and bytes of their policy, once', async () => {
    const telemetry = aTelemetry();
    const book = await load(telemetry, stagedText);
    count(telemetry, book, { connections: 3, bytes: 100 });
    count(telemetry, book, { connections: 2, bytes: 11 });
    for (let read = 0; read < 2; read += 1) {
      const samples = await samplesOf(telemetry);
      expect(samples.get(denied)).toBe('2');
      expect(samples.get(denied.replace('flows', 'connections'))).toBe('5');
      expect(samples.get(denied.replace('flows', 'bytes'))).toBe('111');
      expect(samples.get(touched)).toBe('2');
    }
  });

  test('a thousand policies keep their counts apart', async () => {
    const telemetry = aTelemetry();
    const texts = Array.from({ length: 300 }, (_, i) => stagedText.replace('.web', `.web${i}`));
    const book = await load(telemetry, texts.join('---\n'));
    for (const i of [0, 255, 256, 299]) {
      const charge = { ...wouldDeny, policy: { ...aPolicyRef, name: `default.web${i}` } };
      count(telemetry, book, { charges: [charge], bytes: i + 1 });
    }
    const samples = await samplesOf(telemetry);
    for (const i of [0, 255, 256, 299]) {
      const name = denied.replace('flows', 'bytes').replace('.web', `.web${i}`);
      expect([name, samples.get(name)]).toEqual([name, String(i + 1)]);
    }
  });

  test('profiles share one name, whatever namespace a record speaks of', async () => {
    const telemetry = aTelemetry();
    const book = await load(telemetry, stagedText);
    for (const name of ['kns.one', 'kns.two']) {
      const profile = { kind: 'Profile', namespace: '', name, tier: '__PROFILE__' } as const;
      const hit = { policy: profile, direction: 'ingress', rule: 0, action: 'allow' } as const;
      count(telemetry, book, { charges: [{ counts: 'hit', ...hit }] });
    }
    const names = [...(await samplesOf(telemetry))].filter(([name]) => name.includes('PROFILE'));
    expect(names).toEqual([
      [
        'rehearsal_policy_hits_total{set="default",tier="__PROFILE__",kind="Profile",policy_namespace="",policy="__PROFILE__",rule="0",direction="ingress",action="allow"}',
        '2',
      ],
    ]);
  });
});

describe('event times', () => {
  test('of flows become those of their policy', async () => {
    const telemetry = aTelemetry();
    const book = await load(telemetry, stagedText);
    for (const secondsAgo of [30, 90, 60]) {
      count(telemetry, book, { eventMs: nowMs - secondsAgo * 1000 });
    }
    const samples = await samplesOf(telemetry);
    expect(samples.get(first)).toBe(String(nowMs / 1000 - 90));
    expect(samples.get(last)).toBe(String(nowMs / 1000 - 30));
  });

  test.each([
    ['of a clock that was never set is no evidence', 1000, undefined, undefined],
    ['from the future is now', nowMs + 3_600_000, nowMs / 1000, nowMs / 1000],
    ['that nobody gave is none', null, undefined, undefined],
  ])('one %s', async (_name, eventMs, firstSeconds, lastSeconds) => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText), { eventMs });
    const samples = await samplesOf(telemetry);
    expect(samples.get(first)).toBe(firstSeconds?.toString());
    expect(samples.get(last)).toBe(lastSeconds?.toString());
  });
});

describe('a change of policies', () => {
  test.each([
    ['nothing changes', stagedText, true],
    ['another namespace changes', `${stagedText}---\n${elsewhere}`, true],
    ['another policy of other endpoints changes', `${stagedText}---\n${other}`, true],
    ['the policy changes', stagedText.replace('TCP', 'UDP'), false],
    [
      'a policy of the same endpoints is added',
      `${stagedText}---\n${other.replace("'other'", "'web'")}`,
      false,
    ],
  ])('%s: is its observation kept?', async (_name, after, isKept) => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText), { eventMs: nowMs });
    expect((await samplesOf(telemetry)).has(first)).toBe(true);
    await load(telemetry, after, 'h2');
    const samples = await samplesOf(telemetry);
    expect(samples.has(first)).toBe(isKept);
    expect(samples.get(touched)).toBe('1');
    expect(samples.has(last)).toBe(true);
  });

  test('a late batch of the old set is counted, but is no evidence for the new one', async () => {
    const telemetry = aTelemetry();
    const before = await load(telemetry, stagedText);
    await load(telemetry, stagedText.replace('TCP', 'UDP'), 'h2');
    count(telemetry, before, { eventMs: nowMs });
    const samples = await samplesOf(telemetry);
    expect(samples.get(touched)).toBe('1');
    expect(samples.get(denied)).toBe('1');
    expect(samples.has(last)).toBe(true);
    expect(samples.has(first)).toBe(false);
  });

  test('a policy that was away is observed anew', async () => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText), { eventMs: nowMs });
    await load(telemetry, other, 'h2');
    await load(telemetry, stagedText, 'h1');
    expect((await samplesOf(telemetry)).has(first)).toBe(false);
  });

  test('the series of a policy that is gone expire after two scrapes, its description at once', async () => {
    const telemetry = aTelemetry();
    const book = await load(telemetry, stagedText);
    count(telemetry, book, { eventMs: nowMs });
    await load(telemetry, other, 'h2');
    const readings = [];
    for (let scrape = 0; scrape < 3; scrape += 1) {
      const names = [...(await samplesOf(telemetry)).keys()];
      readings.push(names.filter((name) => name.includes(policy)));
    }
    expect(readings.map((names) => names.some((name) => name.includes('_info')))).toEqual([
      false,
      false,
      false,
    ]);
    expect(readings[1]).toContain(denied);
    expect(readings[1]).toContain(last);
    expect(readings[2]).toEqual([]);
    // What comes later still goes nowhere, and to no other policy.
    await load(telemetry, elsewhere, 'h3');
    count(telemetry, book);
    const after = [...(await samplesOf(telemetry))];
    expect(
      after.filter(([name, value]) => name.includes('tier="default"') && value !== '0'),
    ).toEqual(after.filter(([name]) => name.startsWith('rehearsal_policy_info')));
  });

  test('a policy that comes back in time goes on counting', async () => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText));
    await load(telemetry, other, 'h2');
    await samplesOf(telemetry);
    count(telemetry, await load(telemetry, stagedText));
    for (let scrape = 0; scrape < 4; scrape += 1) await samplesOf(telemetry);
    expect((await samplesOf(telemetry)).get(denied)).toBe('2');
  });

  test('series of rules that are gone expire too', async () => {
    const telemetry = aTelemetry();
    await load(telemetry, stagedText);
    await load(telemetry, stagedText.replace(', {action: Deny}', ''), 'h2');
    for (let scrape = 0; scrape < 2; scrape += 1) await samplesOf(telemetry);
    const names = [...(await samplesOf(telemetry)).keys()];
    expect(names.filter((name) => name.includes('rule="2"'))).toEqual([]);
    expect(names).toContain(denied);
  });
});

describe('beyond the cap on series', () => {
  test.each([
    ['of one metric', { metricSeries: 7 }, 'metricSeries'],
    ['of all metrics', { metricSeriesInAll: 560 }, 'metricSeriesInAll'],
  ])('%s a policy has all of its series in the overflow rows', async (_name, limits, limit) => {
    const telemetry = aTelemetry(limits);
    const book = await load(telemetry, `${stagedText}---\n${other}`);
    count(telemetry, book, { eventMs: nowMs });
    const samples = await samplesOf(telemetry);
    expect([...samples.keys()].filter((name) => name.includes('default.web'))).toEqual([]);
    const blank = 'tier="",kind="",policy_namespace="",policy="__overflow__"';
    const row = `{set="default",${blank},rule="",direction="",attribution=""}`;
    expect(samples.get(`rehearsal_would_deny_flows_total${row}`)).toBe('1');
    const info = `{set="default",${blank},staged_action="",spec_hash=""}`;
    expect(samples.get(`rehearsal_policy_info${info}`)).toBe('1');
    expect(samples.get(`rehearsal_limit_reached_total{limit="${limit}"}`)).toBe('1');
    const overflow = 'rehearsal_series_overflow_total{metric="rehearsal_would_deny_flows_total"}';
    expect(Number(samples.get(overflow))).toBeGreaterThan(0);
    expect([...samples.keys()].some((name) => name.includes('default.other'))).toBe(true);
  });

  test('a policy gets series of its own once there is room, observed anew', async () => {
    const telemetry = aTelemetry({ metricSeries: 7 });
    count(telemetry, await load(telemetry, `${stagedText}---\n${other}`), { eventMs: nowMs });
    await load(telemetry, stagedText, 'h2');
    for (let scrape = 0; scrape < 3; scrape += 1) await samplesOf(telemetry);
    await load(telemetry, stagedText, 'h2');
    const samples = await samplesOf(telemetry);
    expect(samples.get(denied)).toBe('0');
    expect(samples.has(first)).toBe(false);
  });
});

async function exemplars(telemetry: Telemetry, format: ExpositionFormat): Promise<string[]> {
  const page = (await telemetry.page(format)).toString();
  return page.split('\n').filter((line) => line.includes(' # {'));
}

describe('exemplars', () => {
  test('name a record behind each would-be denial, in OpenMetrics alone', async () => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText), { connections: 3, bytes: 100 });
    expect(await exemplars(telemetry, 'prometheus')).toEqual([]);
    const record = '{topic="flows",partition="3",offset="42"}';
    const at = (nowMs / 1000).toFixed(3);
    expect(await exemplars(telemetry, 'openmetrics')).toEqual([
      `${denied} 1 # ${record} 1 ${at}`,
      `${denied.replace('flows', 'connections')} 3 # ${record} 3 ${at}`,
      `${denied.replace('flows', 'bytes')} 100 # ${record} 100 ${at}`,
    ]);
  });

  test('are left out where the name of the topic is too long for them', async () => {
    const telemetry = aTelemetry();
    count(telemetry, await load(telemetry, stagedText), { topic: 'x'.repeat(120) });
    expect(await exemplars(telemetry, 'openmetrics')).toEqual([]);
  });
});
