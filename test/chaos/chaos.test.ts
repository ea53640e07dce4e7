// Faults beneath stages that are at work, and a checker that is another program on another client.
// docs/reliability tells what each row claims; CHAOS_SEED draws the same schedule again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type BrokerHarness, startBroker } from '../support/broker/harness.ts';
import { tryChecker } from './checker/gate.ts';
import { mutations } from './checker/mutations.ts';
import { reportLine } from './report.ts';
import type { Row } from './row.ts';
import { ofBrokers, onOneBroker, onTheWay, type Turn } from './rows/table.ts';
import { tryRow, type TryOptions } from './try-row.ts';

const seed = Number(process.env['CHAOS_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
let broker: BrokerHarness;

beforeAll(() => console.log(`chaos: seed ${seed}`));

describe('on one broker', () => {
  startBrokers(1);

  test('the checker catches every fault that is put before it, and finds none where there is none', async () => {
    const { caught, problems } = await tryChecker(broker, seed);
    console.log(`checker: ${caught.length} of ${mutations.length + 1} mutations caught`);
    expect(problems).toEqual([]);
    expect(caught).toHaveLength(mutations.length + 1);
  });

  trySideBySide(onOneBroker);
});

describe('on three brokers', () => {
  startBrokers(3);

  trySideBySide(onTheWay);

  describe('that go and come back, nothing is lost and the order is kept', () => {
    test.each(ofBrokers.map(named))('$name, $times times', async ({ row, times, turn }) => {
      const guarantees = ['exactly-once', 'at-least-once'] as const;
      expect(await problemsOf(row, { guarantees, times, turn })).toEqual([]);
    });
  });
});

function startBrokers(brokers: 1 | 3): void {
  beforeAll(async () => {
    broker = await startBroker({ brokers, profile: 'test', proxied: true });
  });
  afterAll(async () => broker.stop());
}

function trySideBySide(turns: readonly Turn[]): void {
  describe.concurrent('with faults on this side of it, nothing is lost and the order is kept', () => {
    test.each(turns.map(named))(
      '$name, $guarantee, $times times',
      async ({ row, guarantee, times, turn }) => {
        expect(await problemsOf(row, { guarantees: [guarantee], times, turn })).toEqual([]);
      },
    );
  });
}

function named<T extends Pick<Turn, 'row'>>(each: T, turn: number) {
  return { ...each, name: each.row.name, turn };
}

async function problemsOf(
  row: Row,
  options: Pick<TryOptions, 'guarantees' | 'times' | 'turn'>,
): Promise<readonly string[]> {
  const reports = await tryRow(row, { broker, seed, ...options });
  for (const report of reports) console.log(reportLine(report));
  return reports.flatMap(({ problems }) => problems);
}
