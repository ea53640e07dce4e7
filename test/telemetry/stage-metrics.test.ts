import { describe, expect, test } from 'vitest';
import { Tally } from '../../src/stage/tally.ts';
import { telemetryLimits } from '../../src/telemetry/limits.ts';
import { aCountable, aTelemetry, samplesOf, StoppedClock } from './support.ts';

describe('tallies', () => {
  test('fixed lists of labels stand at 0 from the start', async () => {
    const samples = await samplesOf(aTelemetry());
    expect(samples.get('rehearsal_records_total{outcome="dead_lettered"}')).toBe('0');
    expect(samples.get('rehearsal_flows_total{direction="egress",change="newly_denied"}')).toBe(
      '0',
    );
    expect(samples.get('rehearsal_uncertain_flows_total{reason="no_source_ip"}')).toBe('0');
    expect(samples.get('rehearsal_dead_letter_records_total{reason="too_deep"}')).toBe('0');
    for (const limit of Object.keys(telemetryLimits)) {
      const name = `rehearsal_limit_reached_total{limit="${limit}"}`;
      expect([name, samples.get(name)]).toEqual([name, '0']);
    }
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

  test('the age of the newest flow is that of the newest end', async () => {
    const clock = new StoppedClock();
    const telemetry = aTelemetry({}, clock);
    const tally = new Tally();
    for (const secondsAgo of [30, 90, 60]) {
      const eventMs = clock.ms - secondsAgo * 1000;
      tally.judged(aCountable([]), { connections: 1, bytes: 1, eventMs });
    }
    telemetry.stage.add(tally);
    const age = 'rehearsal_event_time_lag_seconds';
    expect((await samplesOf(telemetry)).get(age)).toBe('30');
  });

  test('a flow from the future is as new as now, and not for ever', async () => {
    const clock = new StoppedClock();
    const telemetry = aTelemetry({}, clock);
    const tally = new Tally();
    tally.judged(aCountable([]), { connections: 1, bytes: 1, eventMs: clock.ms + 3_600_000 });
    telemetry.stage.add(tally);
    clock.ms += 5000;
    expect((await samplesOf(telemetry)).get('rehearsal_event_time_lag_seconds')).toBe('5');
  });

  test('of partitions where records wait the one whose newest flow is oldest counts', async () => {
    const clock = new StoppedClock();
    const telemetry = aTelemetry({}, clock);
    const [moving, stuck, silent] = [0, 1, 2].map((partition) => ({ topic: 'flows', partition }));
    const age = async () => (await samplesOf(telemetry)).get('rehearsal_event_time_lag_seconds');
    const seen = (at: typeof moving, secondsAgo: number): void => {
      const tally = new Tally(at);
      const eventMs = clock.ms - secondsAgo * 1000;
      tally.judged(aCountable([]), { connections: 1, bytes: 1, eventMs });
      telemetry.stage.add(tally);
    };
    telemetry.stage.assigned([moving, stuck, silent].filter((at) => at !== undefined));
    seen(moving, 10);
    seen(stuck, 600);
    expect(await age()).toBe('10');
    for (const at of [moving, stuck]) if (at !== undefined) telemetry.stage.lag(at, 5);
    expect(await age()).toBe('600');
    if (stuck !== undefined) telemetry.stage.lag(stuck, 0);
    expect(await age()).toBe('10');
    clock.ms += 3_600_000;
    seen(moving, 10);
    if (silent !== undefined) telemetry.stage.lag(silent, 1);
    expect(await age()).toBe('3600');
    telemetry.stage.assigned([moving].filter((at) => at !== undefined));
    expect(await age()).toBe('10');
  });

  test('without a flow there is no age of the newest one', async () => {
    expect((await samplesOf(aTelemetry())).has('rehearsal_event_time_lag_seconds')).toBe(false);
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
