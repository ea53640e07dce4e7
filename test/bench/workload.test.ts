import { describe, expect, test } from 'vitest';

import { seededRandom, shuffled, zipf } from '../../bench/workload/random.ts';
import { createWorkload } from '../../bench/workload/workload.ts';
import { compile, createProcessor, readResources } from '../../src/index.ts';
import { assert } from '../../src/std/assert.ts';

const records = 5000;

function take(seed: number): string[] {
  const workload = createWorkload('small', seed);
  return Array.from({ length: records }, () => workload.next().toString());
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

  test('agrees with its policies about what is enforced, and one record in ten would change', () => {
    const workload = createWorkload('small', 1);
    const { documents } = readResources(workload.manifests, 'cluster.json');
    const { index, problems } = compile(documents);
    expect(problems).toEqual([]);
    assert(index !== null, 'the policies compile');
    const processor = createProcessor(index, { evaluatedAtMs: 0 });
    const judged = Array.from({ length: records }, () => processor.process(workload.next())).map(
      (processed) => (processed.status === 'judged' ? processed.evaluation : null),
    );
    const causes = Map.groupBy(judged, (evaluation) => evaluation?.flipCause);
    expect(new Set(causes.keys())).toEqual(new Set(['', 'staged']));
    const share = (causes.get('staged') ?? []).length / records;
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThan(0.14);
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
