import { describe, expect, test, vi } from 'vitest';
import { ROW } from '../../src/flow/record-sums.ts';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import { Tally } from '../../src/stage/tally.ts';
import type { Countable } from '../../src/stage/tally.ts';
import { anEvaluation } from './support/evaluations.ts';

function countable(
  members: Partial<FlowEvaluation> = {},
  cells: readonly number[] = [],
): Countable {
  return {
    dialect: 'whisker',
    evaluation: anEvaluation(members),
    cells: Int32Array.from(cells),
    counter: null,
  };
}

const volume = { connections: 0, bytes: 0, eventMs: null };

describe('records', () => {
  test('are counted once each, by what became of them', () => {
    const tally = new Tally();
    tally.judged(countable(), volume);
    tally.judged(countable({ change: 'uncertain' }), volume);
    tally.judged(countable({ change: 'not-evaluated' }), volume);
    tally.passedThrough();
    tally.deadLettered('truncated');
    tally.deadLettered('truncated');
    expect(tally.sums().records).toEqual({
      evaluated: 2,
      not_evaluated: 1,
      passed_through: 1,
      dead_lettered: 2,
    });
    expect([...tally.deadLetters]).toEqual([['truncated', 2]]);
    expect([...tally.sums().dialects]).toEqual([['whisker', 3]]);
  });
});

describe('rows of the lane', () => {
  test('are added up once, and released then, whichever tally they are asked of', () => {
    const release = vi.fn<() => void>();
    const [tally, sum] = [new Tally(), new Tally()];
    const rows = Float64Array.from({ length: 2 * ROW }, () => 0);
    const book = { decisions: [countable()] };
    tally.judgedByLane({ book, rows, offsets: Float64Array.of(1, 2), at: null, release });
    expect(release).not.toHaveBeenCalled();
    sum.merge(tally);
    expect(release).toHaveBeenCalledOnce();
    sum.merge(tally);
    expect(tally.sums().records.evaluated).toBe(0);
    expect(sum.sums().records.evaluated).toBe(2);
    expect(release).toHaveBeenCalledOnce();
  });
});

describe('flows', () => {
  test('are counted by direction and change', () => {
    const tally = new Tally();
    tally.judged(countable(), volume);
    tally.judged(countable({ direction: 'egress', change: 'unchanged' }), volume);
    tally.judged(countable({ direction: null, change: 'not-evaluated' }), volume);
    expect(tally.sums().flows.ingress['newly-denied']).toBe(1);
    expect(tally.sums().flows.egress.unchanged).toBe(1);
    expect(tally.sums().flows.unknown['not-evaluated']).toBe(1);
  });

  test('without an answer are counted by each reason, others by none', () => {
    const tally = new Tally();
    const reasons = ['no_source_ip', 'labels_assumed'] as const;
    tally.judged(countable({ change: 'uncertain', reasons }), volume);
    tally.judged(countable({ change: 'not-evaluated', reasons: ['host_traffic'] }), volume);
    tally.judged(countable({ change: 'unchanged', reasons: ['labels_assumed'] }), volume);
    expect([...tally.sums().uncertain]).toEqual([
      ['no_source_ip', 1],
      ['labels_assumed', 1],
      ['host_traffic', 1],
    ]);
  });

  test.each([
    [true, 'same'],
    [false, 'different'],
    [null, 'absent'],
  ] as const)('whose pending list agrees: %s', (matchesUpstream, agreement) => {
    const tally = new Tally();
    tally.judged(countable({ matchesUpstream }), volume);
    expect(tally.sums().upstreamPending[agreement]).toBe(1);
  });
});

describe('charges', () => {
  test('add up what belongs to the cells of one evaluation', () => {
    const tally = new Tally();
    const [one, other] = [countable({}, [4, 7]), countable({}, [7])];
    tally.judged(one, { connections: 2, bytes: 100, eventMs: 50 }, 7);
    tally.judged(one, { connections: 3, bytes: 20, eventMs: 40 }, 8);
    tally.judged(other, { connections: 1, bytes: 1, eventMs: null }, 9);
    expect([...tally.charged]).toEqual([
      {
        cells: one.cells,
        counter: null,
        example: { at: null, offset: 7, connections: 2, bytes: 100 },
        flows: 2,
        connections: 5,
        bytes: 120,
        firstMs: 40,
        lastMs: 50,
      },
      {
        cells: other.cells,
        counter: null,
        example: { at: null, offset: 9, connections: 1, bytes: 1 },
        flows: 1,
        connections: 1,
        bytes: 1,
        firstMs: null,
        lastMs: null,
      },
    ]);
    expect(tally.newestMs).toBe(50);
  });
});
