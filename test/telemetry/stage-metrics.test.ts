import { describe, expect, test } from 'vitest';
import type { Charge } from '../../src/stage/cells.ts';
import { Tally } from '../../src/stage/tally.ts';
import { aCountable, aPolicyRef, aTelemetry, samplesOf, StoppedClock } from './support.ts';

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

describe('tallies', () => {
  test('fixed lists of labels stand at 0 from the start', async () => {
    const samples = await samplesOf(aTelemetry());
    expect(samples.get('rehearsal_records_total{outcome="dead_lettered"}')).toBe('0');
    expect(samples.get('rehearsal_flows_total{direction="egress",change="newly_denied"}')).toBe(
      '0',
    );
    expect(samples.get('rehearsal_uncertain_flows_total{reason="no_source_ip"}')).toBe('0');
    expect(samples.get('rehearsal_dead_letter_records_total{reason="too_deep"}')).toBe('0');
  });

  test('what a batch adds up to shows on the page', async () => {
    const telemetry = aTelemetry();
    const tally = new Tally();
    tally.judged(aCountable([], { matchesUpstream: true }), {
      connections: 1,
      bytes: 1,
      eventMs: null,
    });
    tally.judged(aCountable([], { change: 'uncertain', reasons: ['no_source_ip'] }), {
      connections: 1,
      bytes: 1,
      eventMs: null,
    });
    tally.deadLettered('too_deep');
    tally.passedThrough();
    tally.limitReached('recordDepth');
    telemetry.stage.add(tally);
    const samples = await samplesOf(telemetry);
    const expected = {
      'rehearsal_records_total{outcome="evaluated"}': '2',
      'rehearsal_records_total{outcome="dead_lettered"}': '1',
      'rehearsal_records_total{outcome="passed_through"}': '1',
      'rehearsal_flows_total{direction="ingress",change="newly_denied"}': '1',
      'rehearsal_flows_total{direction="ingress",change="uncertain"}': '1',
      'rehearsal_uncertain_flows_total{reason="no_source_ip"}': '1',
      'rehearsal_dead_letter_records_total{reason="too_deep"}': '1',
      'rehearsal_upstream_pending_total{agreement="same"}': '1',
      'rehearsal_dialect_records_total{dialect="goldmane-go"}': '2',
      'rehearsal_limit_reached_total{limit="recordDepth"}': '1',
    };
    for (const [name, value] of Object.entries(expected))
      expect([name, samples.get(name)]).toEqual([name, value]);
  });

  test('cells become flows, connections and bytes of their policy, once', async () => {
    const telemetry = aTelemetry();
    const cells = [telemetry.stage.cells.cellOf(wouldDeny)];
    const tally = new Tally();
    const countable = aCountable(cells);
    tally.judged(countable, { connections: 3, bytes: 100, eventMs: null });
    tally.judged(countable, { connections: 2, bytes: 11, eventMs: null });
    telemetry.stage.add(tally);
    const labels = `{${policy},rule="-1",direction="ingress",attribution="joint"}`;
    for (let read = 0; read < 2; read += 1) {
      const samples = await samplesOf(telemetry);
      expect(samples.get(`rehearsal_would_deny_flows_total${labels}`)).toBe('2');
      expect(samples.get(`rehearsal_would_deny_connections_total${labels}`)).toBe('5');
      expect(samples.get(`rehearsal_would_deny_bytes_total${labels}`)).toBe('111');
    }
  });

  test('event times of flows become those of their policy', async () => {
    const clock = new StoppedClock();
    const telemetry = aTelemetry({}, clock);
    const cells = [telemetry.stage.cells.cellOf(wouldDeny), telemetry.stage.cells.cellOf(touch)];
    const tally = new Tally();
    for (const secondsAgo of [30, 90, 60]) {
      const eventMs = clock.ms - secondsAgo * 1000;
      tally.judged(aCountable(cells), { connections: 1, bytes: 1, eventMs });
    }
    telemetry.stage.add(tally);
    const samples = await samplesOf(telemetry);
    const first = `rehearsal_policy_first_observed_timestamp_seconds{${policy}}`;
    const last = `rehearsal_policy_last_would_deny_timestamp_seconds{${policy}}`;
    expect(samples.get(first)).toBe(String(clock.ms / 1000 - 90));
    expect(samples.get(last)).toBe(String(clock.ms / 1000 - 30));
    expect(samples.get('rehearsal_event_time_lag_seconds')).toBe('30');
  });

  test('without a flow there is no age of the newest one', async () => {
    expect((await samplesOf(aTelemetry())).has('rehearsal_event_time_lag_seconds')).toBe(false);
  });
});

describe('cells', () => {
  test('equal charges have equal numbers', () => {
    const { cells } = aTelemetry().stage;
    expect(cells.cellOf({ ...wouldDeny, policy: { ...aPolicyRef } })).toBe(cells.cellOf(wouldDeny));
    expect(cells.cellOf({ ...wouldDeny, rule: 0 })).not.toBe(cells.cellOf(wouldDeny));
    expect(cells.cellOf({ ...wouldDeny, counts: 'would-allow' })).not.toBe(cells.cellOf(wouldDeny));
  });

  test('a thousand cells keep their counts', async () => {
    const telemetry = aTelemetry();
    const numbers = Array.from({ length: 1000 }, (_, rule) =>
      telemetry.stage.cells.cellOf({ ...wouldDeny, rule }),
    );
    const tally = new Tally();
    const countable = aCountable(numbers);
    tally.judged(countable, { connections: 1, bytes: 7, eventMs: null });
    telemetry.stage.add(tally);
    const samples = await samplesOf(telemetry);
    for (const rule of [0, 255, 256, 999]) {
      const labels = `{${policy},rule="${rule}",direction="ingress",attribution="joint"}`;
      expect(samples.get(`rehearsal_would_deny_bytes_total${labels}`)).toBe('7');
    }
  });

  test.each([
    ['of one metric', { metricSeries: 2 }],
    ['of all metrics', { metricSeriesInAll: 6 }],
  ])('beyond the cap on series %s, charges share the overflow row', async (_name, limits) => {
    const telemetry = aTelemetry(limits);
    const { cells } = telemetry.stage;
    const numbers = [0, 1, 2, 3].map((rule) => cells.cellOf({ ...wouldDeny, rule }));
    expect(numbers[2]).toBe(numbers[3]);
    expect(numbers[2]).not.toBe(numbers[1]);
    const tally = new Tally();
    const countable = aCountable(numbers.slice(2));
    tally.judged(countable, { connections: 1, bytes: 1, eventMs: 1000 });
    telemetry.stage.add(tally);
    const samples = await samplesOf(telemetry);
    const rows = [...samples].filter(([name]) =>
      name.startsWith('rehearsal_would_deny_flows_total'),
    );
    expect(rows).toHaveLength(3);
    expect(rows.at(-1)).toEqual([
      'rehearsal_would_deny_flows_total{set="default",tier="",kind="",policy_namespace="",policy="__overflow__",rule="",direction="",attribution=""}',
      '2',
    ]);
    const overflow = 'rehearsal_series_overflow_total{metric="rehearsal_would_deny_flows_total"}';
    expect(samples.get(overflow)).toBe('2');
    expect([...samples.keys()].some((name) => name.includes('last_would_deny'))).toBe(false);
  });
});

describe('events', () => {
  const at = { topic: 'flows', partition: 1 };
  const lag = 'rehearsal_consumer_lag_records{topic="flows",partition="1"}';

  test('the lag of a partition goes when the partition does, and no late word brings it back', async () => {
    const telemetry = aTelemetry();
    telemetry.stage.assigned([at, { ...at, partition: 2 }]);
    telemetry.stage.lag(at, 7);
    expect((await samplesOf(telemetry)).get(lag)).toBe('7');
    telemetry.stage.assigned([{ ...at, partition: 2 }]);
    telemetry.stage.lag(at, 9);
    expect((await samplesOf(telemetry)).has(lag)).toBe(false);
  });

  test('each is counted', async () => {
    const telemetry = aTelemetry();
    telemetry.stage.rebalanced();
    telemetry.stage.restarted('timeout');
    telemetry.stage.gap(at, 5);
    telemetry.stage.commitFailed();
    telemetry.stage.produceRetried();
    telemetry.stage.batchDone(100, 0.3);
    const samples = await samplesOf(telemetry);
    expect(samples.get('rehearsal_consumer_rebalances_total')).toBe('1');
    expect(samples.get('rehearsal_consumer_restarts_total{cause="timeout"}')).toBe('1');
    expect(samples.get('rehearsal_offset_gap_records_total')).toBe('5');
    expect(samples.get('rehearsal_commit_failures_total')).toBe('1');
    expect(samples.get('rehearsal_produce_retries_total')).toBe('1');
    expect(samples.get('rehearsal_batch_seconds_bucket{le="0.5"}')).toBe('1');
    expect(samples.get('rehearsal_batch_seconds_bucket{le="0.25"}')).toBe('0');
    expect(samples.get('rehearsal_batch_records_sum')).toBe('100');
    expect(samples.get('rehearsal_build_info{version="1.2.3",node="v24"}')).toBe('1');
  });
});
