import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Ownership } from '../../../src/kafka/transactions/ownership.ts';
import type { BatchHandler } from '../../../src/stage/ports.ts';
import { packRecords } from '../../../src/stage/records/output-records.ts';
import { aRecord } from '../fakes.ts';
import { aBroker, aPayload, refusal } from './fakes.ts';

const at = { topic: 'flows', partition: 3 };
const calm = new AbortController().signal;

/** Partition 3, of which `committed` is; `worked` says which offsets went into a transaction. */
function anOwnership(committed = -1, recordsMax = 10) {
  const broker = aBroker();
  broker.committed = committed;
  const worked: string[] = [];
  const lost: unknown[] = [];
  const beats = { count: 0, refuse: false };
  const ownership = new Ownership(at, {
    ...broker.options,
    recordsMax,
    onLost: (_, cause) => void lost.push(cause),
    onCommitted: () => {},
  });
  const handle: BatchHandler = async ({ records }, signal, sink) => {
    const offsets = [...records].map(({ offset }) => offset);
    await sink?.produce({ topic: 'out', partition: 3 }, packRecords([aRecord()]).chunks(), signal);
    await sink?.commit?.();
    worked.push(`${offsets.at(0)}-${offsets.at(-1)}`);
  };
  const pulse = {
    beat: async () => {
      beats.count += 1;
      if (beats.refuse) throw refusal('UNKNOWN_MEMBER_ID');
    },
    everyMs: 1000,
    graceMs: 7000,
  };
  const work = { handle, pulse, stop: calm };
  const resolved: string[] = [];
  return {
    broker,
    worked,
    lost,
    beats,
    ownership,
    resolved,
    consume: async (first: number, last: number, signal = calm) => {
      const consumed = ownership.consume(aPayload(first, last, resolved), work, signal);
      consumed.catch(() => {});
      await vi.advanceTimersByTimeAsync(0);
      return { consumed };
    },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('where the work begins', () => {
  test('where nothing is committed, with what was fetched', async () => {
    const { consume, worked, resolved } = anOwnership();
    const { consumed } = await consume(5, 9);
    expect(await consumed).toBe(5);
    expect(worked).toEqual(['5-9']);
    expect(resolved.at(-1)).toBe('9');
  });

  test('where an earlier owner came to, in the middle of what was fetched', async () => {
    const { consume, worked } = anOwnership(7);
    const { consumed } = await consume(5, 9);
    expect(await consumed).toBe(3);
    expect(worked).toEqual(['7-9']);
  });

  test('not at all with what an earlier owner has done, and the consumer goes beyond it', async () => {
    const { consume, worked, resolved } = anOwnership(20);
    const { consumed } = await consume(5, 9);
    expect(await consumed).toBe(0);
    expect(worked).toEqual([]);
    expect(resolved).toEqual(['19']);
  });

  test('with what was fetched where the log begins later than what is committed', async () => {
    const { consume, worked } = anOwnership(3);
    await consume(5, 9);
    expect(worked).toEqual(['5-9']);
  });

  test('where the log begins if the topic was made anew', async () => {
    const { consume, broker, ownership, worked } = anOwnership(1000);
    ownership.moved({ wanted: 1000, next: 0 });
    await consume(0, 9);
    expect(worked).toEqual(['0-9']);
    broker.refusals.set('end', [refusal('REQUEST_TIMED_OUT')]);
    await consume(10, 19);
    await vi.advanceTimersByTimeAsync(1000);
    expect(worked).toEqual(['0-9', '10-14', '15-19']);
  });

  test('a producer is opened once for many batches', async () => {
    const { consume, broker } = anOwnership();
    await consume(0, 9);
    await consume(10, 19);
    expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(1);
  });
});

test('no two transactions have the same epoch', async () => {
  const { consume, broker } = anOwnership(-1, 4);
  await consume(0, 9);
  await consume(10, 11);
  const ends = broker.log.filter((line) => line.startsWith('end'));
  expect(ends).toEqual(['end 0 true', 'end 1 true', 'end 2 true', 'end 3 true']);
});

test('who was fenced between two transactions asks the brokers where to go on', async () => {
  const { consume, broker, worked } = anOwnership(-1, 4);
  await consume(0, 3);
  broker.refusals.set('raise', [refusal('INVALID_PRODUCER_EPOCH')]);
  broker.committed = 8;
  await consume(4, 9);
  await vi.advanceTimersByTimeAsync(1000);
  expect(worked).toEqual(['0-3', '8-9']);
});

test('a batch is worked on in transactions of a bounded number of records', async () => {
  const { consume, worked, resolved } = anOwnership(-1, 4);
  const { consumed } = await consume(0, 9);
  expect(await consumed).toBe(10);
  expect(worked).toEqual(['0-3', '4-7', '8-9']);
  expect(resolved).toEqual(['-1', '3', '7', '9']);
});

describe('a transaction that is lost', () => {
  test('before it ended: all of it comes again, under a new epoch', async () => {
    const { consume, broker, worked, lost } = anOwnership(0, 5);
    broker.refusals.set('offsets', [refusal('REQUEST_TIMED_OUT')]);
    const { consumed } = await consume(0, 9);
    await vi.advanceTimersByTimeAsync(100);
    expect(await consumed).toBe(10);
    expect(lost).toMatchObject([{ type: 'REQUEST_TIMED_OUT' }]);
    // Less at a time at first.
    expect(worked).toEqual(['0-1', '2-5', '6-9']);
    const ends = broker.log.filter((line) => line.startsWith('end'));
    expect(ends).toEqual(['end 1 true', 'end 2 true', 'end 3 true']);
  });

  test('although it ended: none of it comes again', async () => {
    const { consume, broker, worked } = anOwnership(0, 5);
    // The answer is lost, not the request.
    const answer = Promise.withResolvers<void>();
    broker.refusals.set('end', [answer.promise]);
    const { consumed } = await consume(0, 9);
    broker.committed = 5;
    answer.reject(new Error('connection closed'));
    await vi.advanceTimersByTimeAsync(100);
    expect(await consumed).toBe(5);
    expect(worked).toEqual(['5-6', '7-9']);
  });

  test('is begun anew less and less often', async () => {
    const { consume, broker } = anOwnership();
    const down = Array.from({ length: 100 }, () => new Error('no broker'));
    broker.refusals.set('init', down);
    await consume(0, 9);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(broker.log.length).toBeGreaterThan(5);
    expect(broker.log.length).toBeLessThan(12);
  });

  test('to a fence: the partition is taken back only by who is still a member', async () => {
    const { consume, broker, beats, worked } = anOwnership();
    broker.refusals.set('produce', [refusal('INVALID_PRODUCER_EPOCH')]);
    const { consumed } = await consume(0, 9);
    beats.refuse = true;
    await vi.advanceTimersByTimeAsync(999);
    expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(consumed).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' });
    expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(1);
    expect(worked).toEqual([]);
  });

  test('after the partitions were dealt anew: nothing is begun', async () => {
    const { consume, broker, ownership, worked, resolved } = anOwnership();
    broker.refusals.set('produce', [refusal('INVALID_PRODUCER_EPOCH')]);
    const { consumed } = await consume(0, 9);
    ownership.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await consumed).toBe(null);
    expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(1);
    expect([worked, resolved]).toEqual([[], ['-1']]);
  });

  test('is not begun anew once all has to end', async () => {
    const { consume, broker } = anOwnership();
    broker.refusals.set('init', [new Error('no broker')]);
    const stop = new AbortController();
    const { consumed } = await consume(0, 9, stop.signal);
    stop.abort(new Error('the drain took too long'));
    await expect(consumed).rejects.toThrow('the drain took too long');
  });
});
