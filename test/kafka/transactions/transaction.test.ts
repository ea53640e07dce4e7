import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { TransactionalProducer } from '../../../src/kafka/transactions/producer.ts';
import { isFence, TransactionLost } from '../../../src/kafka/transactions/transaction-lost.ts';
import { Transaction } from '../../../src/kafka/transactions/transaction.ts';
import { CodedError } from '../../../src/std/coded-error.ts';
import { packRecords } from '../../../src/stage/records/output-records.ts';
import { aRecord } from '../fakes.ts';
import { aBroker, refusal, type FakeBroker } from './fakes.ts';

const at = { topic: 'flows', partition: 3 };
const out = { topic: 'out', partition: 3 };
const calm = new AbortController().signal;

/** Two requests of two records each. */
const chunks = packRecords([aRecord('a'), aRecord('b'), aRecord('c'), aRecord('d')], {
  produceRecords: 2,
  produceBytes: 1000,
}).chunks();

async function begun(broker: FakeBroker) {
  const { producer } = await TransactionalProducer.open(broker.options, at, calm);
  broker.log.length = 0;
  return { producer, transaction: new Transaction(producer, 42) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('opening a producer', () => {
  test('fences earlier owners, and only then asks how far they came', async () => {
    const broker = aBroker();
    broker.committed = 17;
    const { committed } = await TransactionalProducer.open(broker.options, at, calm);
    expect(broker.log).toEqual(['init rehearsal.g.flows.3', 'offsetFetch']);
    expect(committed).toBe(17);
  });

  test('waits for the end of a transaction that is still being written', async () => {
    const broker = aBroker();
    broker.refusals.set('init', [refusal('CONCURRENT_TRANSACTIONS')]);
    const opened = TransactionalProducer.open(broker.options, at, calm);
    await vi.advanceTimersByTimeAsync(100);
    expect((await opened).committed).toBe(null);
    expect(broker.log.filter((line) => line.startsWith('init'))).toHaveLength(2);
  });

  test('sequence numbers of a partition begin at 0', async () => {
    const { producer } = await begun(aBroker());
    expect(producer.takeSequence(out, 5)).toBe(0);
    expect(producer.takeSequence(out, 3)).toBe(5);
    expect(producer.takeSequence({ ...out, partition: 0 }, 1)).toBe(0);
  });
});

describe('the producer of the next transaction', () => {
  test('is itself for the first', async () => {
    const broker = aBroker();
    const { producer } = await begun(broker);
    expect(await producer.next(calm)).toBe(producer);
    expect(broker.log).toEqual([]);
  });

  test('has the next epoch and begins to count anew', async () => {
    const { producer } = await begun(aBroker());
    await producer.next(calm);
    producer.takeSequence(out, 5);
    const next = await producer.next(calm);
    expect(next.session).toEqual({ ...producer.session, producerEpoch: 1 });
    expect(next.takeSequence(out, 5)).toBe(0);
  });

  test('waits for the end of the one before', async () => {
    const broker = aBroker();
    const { producer } = await begun(broker);
    await producer.next(calm);
    broker.refusals.set('raise', [refusal('CONCURRENT_TRANSACTIONS')]);
    const next = producer.next(calm);
    await vi.advanceTimersByTimeAsync(100);
    expect((await next).session.producerEpoch).toBe(1);
    expect(broker.log).toEqual(['raise', 'raise']);
  });

  test('is none for who was fenced meanwhile', async () => {
    const broker = aBroker();
    const { producer } = await begun(broker);
    await producer.next(calm);
    broker.refusals.set('raise', [refusal('INVALID_PRODUCER_EPOCH')]);
    await expect(producer.next(calm)).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' });
  });
});

describe('a transaction', () => {
  test('holds outputs, dead letters and the offset after their input', async () => {
    const broker = aBroker();
    const { transaction } = await begun(broker);
    await transaction.produce(out, chunks, calm);
    await transaction.produce({ topic: 'dead', partition: 0 }, chunks.slice(0, 1), calm);
    await transaction.commit();
    expect(broker.log).toEqual([
      'addPartitions out/3',
      'produce out/3 from 0',
      'produce out/3 from 2',
      'addPartitions dead/0',
      'produce dead/0 from 0',
      'addOffsets g',
      'offsets 42',
      'end 0 true',
    ]);
    expect(broker.committed).toBe(42);
  });

  test('of which nothing comes commits its offset all the same', async () => {
    const broker = aBroker();
    const { transaction } = await begun(broker);
    await transaction.commit();
    expect(broker.log).toEqual(['addOffsets g', 'offsets 42', 'end 0 true']);
  });

  test('waits while the end of the one before is written', async () => {
    const broker = aBroker();
    const { transaction } = await begun(broker);
    const busy = refusal('CONCURRENT_TRANSACTIONS');
    broker.refusals.set('addPartitions', [busy, busy, busy]);
    const produced = transaction.produce(out, chunks, calm);
    await vi.advanceTimersByTimeAsync(100);
    await produced;
    expect(broker.log.filter((line) => line.startsWith('produce'))).toHaveLength(2);
  });

  test.each(['addPartitions', 'produce'])(
    'is lost at the first trouble with %s, and sends nothing more',
    async (request) => {
      const broker = aBroker();
      const { transaction } = await begun(broker);
      broker.refusals.set(request, [refusal('REQUEST_TIMED_OUT')]);
      await expect(transaction.produce(out, chunks, calm)).rejects.toThrow(TransactionLost);
      const asked = broker.log.length;
      await expect(transaction.produce(out, chunks, calm)).rejects.toThrow(TransactionLost);
      await expect(transaction.commit()).rejects.toThrow(TransactionLost);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(broker.log).toHaveLength(asked);
    },
  );

  test.each(['addOffsets', 'offsets', 'end'])(
    'is lost at the first trouble with %s',
    async (request) => {
      const broker = aBroker();
      const { transaction } = await begun(broker);
      broker.refusals.set(request, [refusal('NOT_COORDINATOR_FOR_GROUP')]);
      await expect(transaction.commit()).rejects.toThrow(TransactionLost);
      expect(broker.log.filter((line) => line.startsWith(request))).toHaveLength(1);
      expect(broker.committed).toBe(-1);
    },
  );

  test('is lost when a broker does not answer for a third of its time', async () => {
    const broker = aBroker();
    const { transaction } = await begun(broker);
    broker.refusals.set('produce', [new Promise(() => {})]);
    const produced = transaction.produce(out, chunks, calm);
    produced.catch(() => {});
    const state = async () => Promise.race([produced, Promise.resolve('waits')]);
    await vi.advanceTimersByTimeAsync(4999);
    expect(await state()).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    await expect(produced).rejects.toThrow(TransactionLost);
  });

  test('ends with the reason of the signal it is given', async () => {
    const broker = aBroker();
    const { transaction } = await begun(broker);
    broker.refusals.set('produce', [new Promise(() => {})]);
    const stop = new AbortController();
    const produced = transaction.produce(out, chunks, stop.signal);
    await vi.advanceTimersByTimeAsync(10);
    stop.abort(new Error('the drain took too long'));
    await expect(produced).rejects.toThrow('the drain took too long');
    await expect(transaction.commit()).rejects.toThrow(TransactionLost);
  });

  test('ends with what only an operator can help with', async () => {
    const hopeless = new CodedError('kafka/record-too-large', 'too large');
    const broker = aBroker({
      assertWorthRetrying: () => {
        throw hopeless;
      },
    });
    const { transaction } = await begun(broker);
    broker.refusals.set('produce', [refusal('MESSAGE_TOO_LARGE')]);
    await expect(transaction.produce(out, chunks, calm)).rejects.toBe(hopeless);
  });
});

test('a fence is told from other trouble', () => {
  expect(isFence(new TransactionLost(refusal('INVALID_PRODUCER_EPOCH')))).toBe(true);
  expect(isFence(new TransactionLost(refusal('REQUEST_TIMED_OUT')))).toBe(false);
  expect(isFence(new TransactionLost('no error'))).toBe(false);
});
