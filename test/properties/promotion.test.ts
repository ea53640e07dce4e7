// What a staged policy is judged by is what happens once it is promoted. Every run takes one fixed and
// one random seed; PROPERTY_WORLDS sets how many worlds each of them makes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { isStagedObject, promoted } from '../oracle/promotion.ts';
import { questionOf, resourcesFrom } from '../oracle/setting.ts';
import { aWorld, type RandomWorld } from '../oracle/world.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { expectToHold } from '../support/property.ts';
import { answerer } from './answerer.ts';

const worlds = Number(process.env['PROPERTY_WORLDS'] ?? 60);
const connectionsMax = 20;

describe('promotion in enforcement mode', () => {
  test.each([
    ['a fixed seed', 20_260_819],
    ['a random seed', Math.trunc(Math.random() * 2 ** 31)],
  ])('%s: %i', { timeout: 600_000 }, (_name, seed) => {
    expect.hasAssertions();
    expectToHold(fc.property(aWorld(connectionsMax), compare), { seed, numRuns: worlds });
  });
});

function compare(world: RandomWorld): void {
  const staged = world.objects.filter(isStagedObject);
  for (const one of staged) {
    compareWith(promoted(world.objects, one), world, { solo: one });
  }
  const all = staged.reduce<readonly Json[]>(promoted, world.objects);
  compareWith(all, world, 'pending');
}

/** The enforced scope afterwards is the scope before, but for the kinds that hits name. */
function compareWith(
  objects: readonly Json[],
  world: RandomWorld,
  scope: 'pending' | { readonly solo: Json },
): void {
  const before = resourcesFrom(world.objects, { mode: 'enforcement' });
  const after = resourcesFrom(objects, { mode: 'enforcement' });
  const [answerBefore, answerAfter] = [answerer(before), answerer(after)];
  const asked: PolicyScope = scope === 'pending' ? scope : { solo: policyOf(scope.solo) };
  for (const connection of world.connections) {
    const question = questionOf(connection, before);
    if (question === null) continue;
    const expected = answerAfter(question, 'enforced');
    expect(asEnforced(answerBefore(question, asked))).toEqual(expected);
  }

  function policyOf(manifest: Json) {
    const { namespace = '', name } = manifest['metadata'] as { namespace?: string; name: string };
    const found = before.policies.find(
      (policy) =>
        policy.kind === manifest['kind'] && policy.namespace === namespace && policy.name === name,
    );
    if (found === undefined) throw new Error(`\`${name}\` is not among the resources`);
    return found;
  }
}

function asEnforced(trace: readonly string[]): readonly string[] {
  return trace.map((hit) => hit.replace(/\|s(np|gnp|knp):/, '|$1:'));
}
