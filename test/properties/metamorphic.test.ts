// What cannot matter does not. Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how
// many worlds each of them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/flow/judge.ts';
import type { PolicyMode } from '../../src/policy/actions.ts';
import type { PolicyHit } from '../../src/policy/hit.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import {
  aRandomWorld,
  worldSources,
  type Connection,
  type PropertyWorld,
} from '../support/property-worlds.ts';
import { wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 20;
const options = { timeout: 3_600_000 };

describe.each(worldSources)('in %s', (_source, aWorld) => {
  test.each(seeds)('the order of documents does not matter, %s: %i', options, (_name, seed) => {
    expect.hasAssertions();
    const shuffled = fc
      .tuple(aWorld(connectionsMax), fc.infiniteStream(fc.nat()))
      .map(([world, numbers]): Changed => [world, shuffle(world.objects, numbers)]);
    expectSame(shuffled, seed);
  });

  test.each(seeds)('unrelated objects do not matter, %s: %i', options, (_name, seed) => {
    expect.hasAssertions();
    const grown = aWorld(connectionsMax).map((world): Changed => [
      world,
      [...unrelated, ...world.objects],
    ]);
    expectSame(grown, seed);
  });
});

// The labels of other worlds are words of other things as well.
test.each(seeds)('other words for labels do not matter, %s: %i', options, (_name, seed) => {
  expect.hasAssertions();
  const renamed = aRandomWorld(connectionsMax).map((world): Changed => [
    world,
    rename(world.objects),
  ]);
  expectSame(renamed, seed);
});

type Changed = readonly [world: PropertyWorld, objects: readonly Json[]];

function expectSame(changed: fc.Arbitrary<Changed>, seed: number): void {
  const aMode = fc.constantFrom<PolicyMode>('calico', 'enforcement');
  const property = fc.property(changed, aMode, ([world, objects], mode) => {
    compare(world, objects, mode);
  });
  expectToHold(property, { seed, numRuns: worldCount });
}

function compare(world: PropertyWorld, objects: readonly Json[], mode: PolicyMode): void {
  const { rawTypes } = world;
  const before = clusterOf(world.objects, { mode, rawTypes });
  const after = clusterOf(objects, { mode, rawTypes });
  for (const connection of world.connections(before.resources)) {
    expect(evaluationOf(connection, after)).toEqual(evaluationOf(connection, before));
  }
}

/** All that is said of the flow, but in no order that the order of documents may give. */
function evaluationOf(connection: Connection, { index }: Cluster) {
  const { pending, decidedBy, flippedBy, solos, ...others } = judge(index, wholeRecord(connection));
  return {
    ...others,
    pending: pending.map(textOf),
    decidedBy: decidedBy === null ? null : textOf(decidedBy),
    flippedBy: flippedBy.map(textOf).toSorted(),
    solos: solos
      .map(({ policy, ...said }) => JSON.stringify({ policy: formatPolicyText(policy), ...said }))
      .toSorted(),
  };
}

function textOf(hit: PolicyHit): string {
  return formatHit(hit);
}

function shuffle(objects: readonly Json[], numbers: fc.Stream<number>): readonly Json[] {
  const keys = [...numbers.take(objects.length)];
  return objects
    .map((object, index) => ({ object, key: keys[index] ?? 0 }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ object }) => object);
}

/** The keys of labels by other names. */
function rename(objects: readonly Json[]): readonly Json[] {
  const text = JSON.stringify(objects).replaceAll(/\b(app|role|env|team)\b/g, 'renamed.example/$1');
  return JSON.parse(text) as readonly Json[];
}

/** Staged policies that select nobody among others, and everything about another namespace. */
const unrelated: readonly Json[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'far' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'away', namespace: 'far', labels: { app: 'away' } },
    spec: { nodeName: 'n9', containers: [] },
    status: { phase: 'Running', podIP: '10.99.99.99' },
  },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'far', namespace: 'far' },
    spec: { order: -100, ingress: [{ action: 'Deny' }], egress: [{ action: 'Deny' }] },
  },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedNetworkPolicy',
    metadata: { name: 'near', namespace: 'far' },
    spec: { order: -100, ingress: [{ action: 'Deny' }], egress: [{ action: 'Deny' }] },
  },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedGlobalNetworkPolicy',
    metadata: { name: 'nobody' },
    spec: { order: -100, selector: "app == 'nobody'", ingress: [{ action: 'Deny' }] },
  },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name: 'empty' },
    spec: { order: 1, defaultAction: 'Deny' },
  },
];
