import { describe, expect, test } from 'vitest';
import { conversationOf } from '../../src/report/conversation.ts';
import { FlipGroups } from '../../src/report/groups.ts';
import type { GroupEntry } from '../../src/report/talk.ts';
import { aFlow } from './support/survey.ts';

function anEntry(members: Partial<GroupEntry> & { readonly from?: string } = {}): GroupEntry {
  const { from = 'web-*', ...others } = members;
  return {
    flip: 'newly-denied',
    conversation: conversationOf(aFlow({ from })),
    direction: 'ingress',
    rule: null,
    flows: 1,
    connections: 10,
    bytes: 100,
    firstMs: null,
    lastMs: null,
    isAlone: true,
    isTogether: true,
    sample: 'flows.ndjson:1',
    ...others,
  };
}

function groupsOf(entries: readonly GroupEntry[], groupsMax = 100): FlipGroups {
  const groups = new FlipGroups(groupsMax);
  for (const entry of entries) groups.add(entry);
  return groups;
}

describe('a connection that both of its ends report', () => {
  const both = [
    anEntry({ direction: 'egress', connections: 7, bytes: 70 }),
    anEntry({ direction: 'ingress', connections: 10, bytes: 100 }),
  ];

  test('is two flows, two decisions and one connection', () => {
    const groups = groupsOf(both);
    expect(groups.total('newly-denied')).toEqual({ flows: 2, connections: 10, bytes: 100 });
    expect(groups.top(10).groups.map(({ direction }) => direction)).toEqual(['ingress', 'egress']);
  });

  test('is one connection in the rest, too', () => {
    const { groups, rest } = groupsOf(both).top(0);
    expect(groups).toEqual([]);
    expect(rest).toEqual([{ flip: 'newly-denied', flows: 2, connections: 10, bytes: 100 }]);
  });

  test('is one connection when different rules cut it at one end', () => {
    const rule = {
      policy: { kind: 'NetworkPolicy', namespace: 'a', name: 'b', tier: 'c' },
      rule: 3,
    } as const;
    const groups = groupsOf([...both, anEntry({ connections: 5, rule })]);
    expect(groups.total('newly-denied').connections).toBe(15);
    expect(groups.top(10).groups).toHaveLength(3);
  });
});

test('what is cut comes before what is let in, and more connections before fewer', () => {
  const { groups } = groupsOf([
    anEntry({ from: 'a-*', flip: 'newly-allowed', connections: 99 }),
    anEntry({ from: 'b-*', connections: 1 }),
    anEntry({ from: 'c-*', connections: 2 }),
  ]).top(10);
  expect(groups.map(({ conversation }) => conversation.source)).toEqual([
    'shop/c',
    'shop/b',
    'shop/a',
  ]);
});

describe('more groups than are kept', () => {
  const many = Array.from({ length: 1000 }, (_, i) =>
    anEntry({ from: `app${i}-*`, connections: i === 500 ? 10_000 : 1 + (i % 7) }),
  );
  const groups = groupsOf(many, 20);
  const sum = many.reduce((total, { connections }) => total + connections, 0);

  test('never change the sums', () => {
    expect(groups.total('newly-denied')).toEqual({ flows: 1000, connections: sum, bytes: 100_000 });
    const { groups: listed, rest } = groups.top(5);
    const flows = [...listed, ...rest].reduce((total, one) => total + one.flows, 0);
    expect(flows).toBe(1000);
  });

  test('count a connection that both of its ends report once, wherever it is counted', () => {
    const twice = many.flatMap((entry) => [
      { ...entry, direction: 'egress' as const, connections: entry.connections - 1 },
      entry,
    ]);
    const both = groupsOf(twice, 20);
    expect(both.total('newly-denied')).toEqual({ flows: 2000, connections: sum, bytes: 100_000 });
    const [rest] = both.top(0).rest;
    expect(rest).toMatchObject({ flows: 2000, connections: sum });
  });

  test('are counted from where one of them comes again, and never too low', () => {
    const again = groupsOf([...many, ...many], 20);
    expect(again.total('newly-denied')).toMatchObject({ flows: 2000, connections: 2 * sum });
  });

  test('leave the most important one in its place', () => {
    expect(groups.top(1).groups[0]?.connections).toBe(10_000);
  });

  test('are no more than twice as many as may be kept', () => {
    expect(groups.top(1_000_000).groups.length).toBeLessThanOrEqual(40);
  });
});
