import { describe, expect, test } from 'vitest';

import { seededRandom, shuffled, zipf } from '../../bench/workload/random.ts';
import { createWorkload, type Shape, sizes } from '../../bench/workload/workload.ts';
import { compile, createProcessor, readResources } from '../../src/index.ts';
import { assert } from '../../src/std/assert.ts';

const records = 5000;

function take(seed: number): string[] {
  const workload = createWorkload('small', seed);
  return Array.from({ length: records }, () => workload.next().toString());
}

/** How many records have each `flip_cause`. */
function causesOf(shape: Shape, count = 1000): Map<string, number> {
  const workload = createWorkload(shape, 1);
  const { documents } = readResources(workload.manifests, 'cluster.json');
  const { index, problems } = compile(documents);
  expect(problems).toEqual([]);
  assert(index !== null, 'the policies compile');
  const processor = createProcessor(index, { evaluatedAtMs: 0 });
  const causes = new Map<string, number>();
  for (let record = 0; record < count; record++) {
    const processed = processor.process(workload.next());
    const cause = processed.status === 'judged' ? processed.evaluation.flipCause : 'none';
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
  }
  return causes;
}

describe('a workload', () => {
  test('is the same for the same seed, another for another', () => {
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
    expect(createWorkload('small', 1).manifests).toBe(createWorkload('small', 1).manifests);
  });

  test('is made of records of about 1.1 kB, none like another', () => {
    const taken = take(1);
    const bytes = taken.reduce((total, record) => total + record.length, 0);
    expect(bytes / records).toBeGreaterThan(1050);
    expect(bytes / records).toBeLessThan(1250);
    expect(new Set(taken).size).toBe(records);
  });

  test('has as many staged policies as enforced ones, and ten labels an endpoint', () => {
    const workload = createWorkload('small', 1);
    const { items } = JSON.parse(workload.manifests) as {
      items: { kind: string; metadata: { labels?: object } }[];
    };
    const count = (kind: RegExp): number => items.filter((item) => kind.test(item.kind)).length;
    expect(count(/^Staged/)).toBe(workload.policies / 2);
    expect(count(/^(Global)?NetworkPolicy$/)).toBe(workload.policies / 2);
    const labels = items
      .filter(({ kind }) => kind === 'Pod')
      .map(({ metadata }) => Object.keys(metadata.labels ?? {}).length);
    expect(new Set(labels)).toEqual(new Set([10]));
  });

  const shapes = [
    ['usual', sizes.small],
    ['of few policies', { ...sizes.small, policies: 20 }],
    ['of many policies', { ...sizes.small, policies: 200 }],
    ['of few labels', { ...sizes.small, labels: 4 }],
    ['of many labels', { ...sizes.small, labels: 30 }],
    ['of flows never seen before', { ...sizes.small, freshShare: 1 }],
    ['of long records', { ...sizes.small, paddingBytes: 1000 }],
  ] as const;

  test.each(shapes)('%s agrees with its policies about what is enforced', (_name, shape) => {
    expect(new Set(causesOf(shape).keys())).toEqual(new Set(['', 'staged']));
  });

  test('would change one record in ten', () => {
    const share = (causesOf(sizes.small, records).get('staged') ?? 0) / records;
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThan(0.14);
  });

  test('has as many policies and labels as its shape says', () => {
    const workload = createWorkload({ ...sizes.small, policies: 200, labels: 30 }, 1);
    expect(workload.policies).toBe(200);
    const { source_labels } = JSON.parse(String(workload.next())) as { source_labels: string[] };
    expect(source_labels).toHaveLength(30);
  });

  test('of flows never seen before has none twice', () => {
    const workload = createWorkload({ ...sizes.small, flows: 100, freshShare: 1 }, 1);
    const keys = Array.from({ length: 1000 }, () =>
      /^\{"Key":.*?"proto"/.exec(String(workload.next())),
    );
    expect(new Set(keys.map((key) => key?.[0])).size).toBe(1000);
  });

  test('says of a denied flow only what was tried', () => {
    const denied = take(1).filter((record) => record.includes('"action":2,"policies"'));
    expect(denied.length).toBeGreaterThan(records / 50);
    expect(denied.filter((record) => record.includes('_out":'))).toEqual([]);
  });
});

describe('randomness', () => {
  test('a shuffle keeps everything', () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const other = shuffled(items, seededRandom(1));
    expect(other).not.toEqual(items);
    expect(other.toSorted((a, b) => a - b)).toEqual(items);
  });

  test('of Zipf ranks the first are drawn most, and none lies outside', () => {
    const draw = zipf(seededRandom(1), 1000, 0.8);
    const ranks = Array.from({ length: 20_000 }, draw);
    const share = (limit: number): number => ranks.filter((rank) => rank < limit).length / 20_000;
    expect(Math.max(...ranks)).toBeLessThan(1000);
    expect(share(10)).toBeGreaterThan(0.15);
    expect(share(100)).toBeLessThan(0.6);
  });
});
