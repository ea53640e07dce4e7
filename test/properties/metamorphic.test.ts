// What cannot matter does not. Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how
// many worlds each of them makes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../src/policy/actions.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { questionOf, resourcesFrom } from '../oracle/setting.ts';
import { aWorld, type RandomWorld } from '../oracle/world.ts';
import { expectToHold } from '../support/property.ts';
import { answerer } from './answerer.ts';

const worlds = Number(process.env['PROPERTY_WORLDS'] ?? 40);
const connectionsMax = 20;

const seeds = [
  ['a fixed seed', 20_260_820],
  ['a random seed', Math.trunc(Math.random() * 2 ** 31)],
] as const;

describe.each(['calico', 'enforcement'] as const)('in %s mode', (mode) => {
  test.each(seeds)('the order of documents does not matter, %s: %i', (_name, seed) => {
    expect.hasAssertions();
    const shuffled = fc
      .tuple(aWorld(connectionsMax), fc.infiniteStream(fc.nat()))
      .map(([world, numbers]) => [world, shuffle(world.objects, numbers)] as const);
    expectSame(shuffled, mode, seed);
  });

  test.each(seeds)('unrelated objects do not matter, %s: %i', (_name, seed) => {
    expect.hasAssertions();
    const grown = aWorld(connectionsMax).map(
      (world) => [world, [...unrelated, ...world.objects]] as const,
    );
    expectSame(grown, mode, seed);
  });

  test.each(seeds)('other words for labels do not matter, %s: %i', (_name, seed) => {
    expect.hasAssertions();
    const renamed = aWorld(connectionsMax).map((world) => [world, rename(world.objects)] as const);
    expectSame(renamed, mode, seed);
  });
});

type Changed = readonly [world: RandomWorld, objects: readonly Json[]];

function expectSame(changed: fc.Arbitrary<Changed>, mode: PolicyMode, seed: number): void {
  const property = fc.property(changed, ([world, objects]) => compare(world, objects, mode));
  expectToHold(property, { seed, numRuns: worlds });
}

function compare(world: RandomWorld, objects: readonly Json[], mode: PolicyMode): void {
  const before = resourcesFrom(world.objects, { mode });
  const [answerBefore, answerAfter] = [before, resourcesFrom(objects, { mode })].map((resources) =>
    answerer(resources, mode),
  );
  for (const connection of world.connections) {
    const question = questionOf(connection, before);
    if (question === null) continue;
    for (const scope of ['enforced', 'pending'] as const) {
      expect(answerAfter?.(question, scope)).toEqual(answerBefore?.(question, scope));
    }
  }
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

/** A staged policy that selects nobody among others, and everything about another namespace. */
const unrelated: readonly Json[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'far' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'away', namespace: 'far', labels: { app: 'away' } },
    spec: { nodeName: 'n9', containers: [] },
    status: { phase: 'Running', podIP: '10.9.9.9' },
  },
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'far', namespace: 'far' },
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
