import { describe, expect, test } from 'vitest';
import { Health } from '../../src/stage/health.ts';
import type { StageEvents } from '../../src/stage/ports.ts';
import { Watchdog } from '../../src/stage/watchdog.ts';

const at = { topic: 'flows', partition: 0 };

/** A watchdog of 60 s, and what it passes on. */
function watched() {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const heard: string[] = [];
  const hear =
    (name: string) =>
    (...given: unknown[]): void => {
      heard.push(`${name} ${JSON.stringify(given)}`);
    };
  const events: StageEvents = {
    assigned: hear('assigned'),
    rebalanced: hear('rebalanced'),
    restarted: hear('restarted'),
    lag: hear('lag'),
    gap: hear('gap'),
    commitFailed: hear('commitFailed'),
    fetched: hear('fetched'),
    produceRetried: hear('produceRetried'),
    limitReached: hear('limitReached'),
    batchDone: hear('batchDone'),
  };
  const [live, ready] = [new Health(clock), new Health(clock)];
  const watchdog = new Watchdog({ events, live, ready, clock, stallMs: 60_000 });
  return { watchdog, live, ready, heard, pass: (ms: number) => (nowMs += ms) };
}

describe('the watchdog', () => {
  test('has the consumer begin anew once, then says that nothing moves although records wait', () => {
    const { watchdog, live, pass } = watched();
    watchdog.lag(at, 7);
    pass(59_999);
    expect(watchdog.check()).toBe('well');
    pass(1);
    expect(watchdog.check()).toBe('restart');
    expect(live.ok()).toBe(true);
    watchdog.assigned([at]);
    watchdog.lag(at, 7);
    pass(59_999);
    expect(watchdog.check()).toBe('well');
    pass(1);
    expect(() => watchdog.check()).toThrow(/7 records wait and none was judged for 60 s/);
    expect(live.checks()).toMatchObject([{ name: 'progress', ok: false }]);
  });

  test('has the consumer begin anew another time if the last time was of help', () => {
    const { watchdog, pass } = watched();
    watchdog.lag(at, 7);
    pass(60_000);
    expect(watchdog.check()).toBe('restart');
    watchdog.batchDone(1, 1);
    pass(60_000);
    expect(watchdog.check()).toBe('restart');
    pass(60_000);
    expect(() => watchdog.check()).toThrow(expect.objectContaining({ code: 'stage/stalled' }));
  });

  test.each<readonly [what: string, happen: (given: ReturnType<typeof watched>) => void]>([
    ['nothing waits', ({ watchdog }) => watchdog.lag(at, 0)],
    ['a batch is done', ({ watchdog }) => watchdog.batchDone(1, 1)],
    ['partitions are dealt out anew', ({ watchdog }) => watchdog.assigned([at])],
    ['partitions with records went away', ({ watchdog }) => watchdog.assigned([])],
    ['the group deals partitions out', ({ watchdog }) => watchdog.rebalanced()],
    ['what it waits for is known', ({ ready }) => ready.fail('output', 'no broker')],
  ])('is quiet while %s', (_what, happen) => {
    const given = watched();
    given.watchdog.lag(at, 7);
    given.pass(59_999);
    happen(given);
    given.pass(1);
    expect(given.watchdog.check()).toBe('well');
    expect(given.live.ok()).toBe(true);
  });

  test('notices a consumer that asks for nothing, which cannot know whether anything waits', () => {
    const { watchdog, pass } = watched();
    watchdog.assigned([at]);
    for (let times = 0; times < 10; times += 1) {
      pass(50_000);
      watchdog.fetched();
      expect(watchdog.check()).toBe('well');
    }
    pass(60_000);
    expect(watchdog.check()).toBe('restart');
    watchdog.assigned([at]);
    pass(60_000);
    expect(() => watchdog.check()).toThrow(/nothing was fetched for 60 s/);
  });

  test('gives records that come after a long silence as much time as any', () => {
    const { watchdog, pass } = watched();
    watchdog.assigned([at]);
    for (let times = 0; times < 10; times += 1) {
      pass(30_000);
      watchdog.fetched();
      watchdog.check();
    }
    watchdog.lag(at, 7);
    pass(59_999);
    expect(watchdog.check()).toBe('well');
    pass(1);
    expect(watchdog.check()).toBe('restart');
  });

  test('says that the process is dead when not even beginning anew can be done', () => {
    const { watchdog, live } = watched();
    watchdog.failed();
    expect(live.checks()).toMatchObject([{ name: 'progress', ok: false }]);
  });

  test('is not misled by restarts, retries and failed commits', () => {
    const { watchdog, pass } = watched();
    watchdog.lag(at, 7);
    pass(60_000);
    watchdog.restarted('timeout');
    watchdog.produceRetried();
    watchdog.commitFailed();
    watchdog.gap(at, 1);
    watchdog.fetched();
    expect(watchdog.check()).toBe('restart');
    pass(60_000);
    expect(() => watchdog.check()).toThrow(/start again/);
  });

  test('passes everything on', () => {
    const { watchdog, heard } = watched();
    watchdog.assigned([at]);
    watchdog.lag(at, 3);
    watchdog.gap(at, 2);
    watchdog.batchDone(5, 0.5);
    watchdog.rebalanced();
    watchdog.restarted('other');
    watchdog.commitFailed();
    watchdog.produceRetried();
    watchdog.fetched();
    expect(heard.map((text) => text.split(' ')[0])).toEqual([
      'assigned',
      'lag',
      'gap',
      'batchDone',
      'rebalanced',
      'restarted',
      'commitFailed',
      'produceRetried',
      'fetched',
    ]);
  });
});
