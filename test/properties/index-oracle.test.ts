// The compiled index and the slow evaluator answer alike, whatever the world. Every run takes one fixed
// and one random seed; PROPERTY_WORLDS sets how many worlds each of them makes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyMode, Verdict } from '../../src/policy/actions.ts';
import type {
  Facts,
  Knowledge,
  PolicyScope,
  ScopeEvaluation,
} from '../../src/policy/evaluator/facts.ts';
import type { Address } from '../../src/net/address.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import { expectToHold } from '../support/property.ts';
import { evaluateSlowly, type Answer, type Question } from '../oracle/evaluate.ts';
import { isStaged } from '../oracle/policies.ts';
import { resourcesFrom } from '../oracle/setting.ts';
import type { View } from '../oracle/world-view.ts';
import { aMutatedWorld } from '../support/mutated-worlds.ts';
import { aRandomWorld, type PropertyWorld } from '../support/property-worlds.ts';

const worlds = Number(process.env['PROPERTY_WORLDS'] ?? 60);
const connectionsMax = 40;

describe.each(['calico', 'enforcement'] as const)('index ≡ oracle in %s mode', (mode) => {
  describe.each([
    ['random worlds', aRandomWorld, worlds],
    ['mutated worlds of the conformance data', aMutatedWorld, Math.ceil(worlds / 4)],
  ] as const)('%s', (_source, aWorld, numRuns) => {
    test.each([
      ['a fixed seed', 20_260_817],
      ['a random seed', Math.trunc(Math.random() * 2 ** 31)],
    ])('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
      expect.hasAssertions();
      expectToHold(
        fc.property(aWorld(connectionsMax), (world) => compare(world, mode)),
        { seed, numRuns },
      );
    });
  });
});

function compare(world: PropertyWorld, mode: PolicyMode): void {
  const resources = resourcesFrom(world.objects, { mode });
  expect(resources.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const setting: Setting = {
    resources,
    mode,
    index: compileIndex(resources, { mode, onInvalid: 'refuse', icmpFromPort: true }),
  };
  const scopes = scopesOf(resources);
  for (const question of world.connections(resources)) {
    // Of an address that several workloads have nobody could say which of them is judged.
    if (setting.index.endpointsOwning(localOf(question)).length !== 1) continue;
    for (const scope of scopes) compareScope({ ...question, scope }, setting);
  }
}

function localOf({ direction, connection }: Omit<Question, 'scope'>): Address {
  return direction === 'egress' ? connection.source : connection.destination;
}

interface Setting {
  readonly resources: Resources;
  readonly mode: PolicyMode;
  readonly index: PolicyIndex;
}

function compareScope(question: Question, setting: Setting): void {
  const expected = evaluateByOracle(question, setting, 'checker');
  expect(textOf(evaluateByIndex(question, setting, 'assuming'))).toEqual(textOf(expected));
  if (expected.status === 'failed') return;
  // What holds without assumptions holds whichever way sets are read (decision 6).
  const strict = evaluateByIndex(question, setting, 'strict');
  const exact = evaluateByOracle(
    question,
    setting,
    setting.mode === 'calico' ? 'checker' : 'exact',
  );
  expect(possibleVerdicts(strict)).toEqual(expect.arrayContaining([expected.verdict]));
  expect(possibleVerdicts(strict)).toEqual(expect.arrayContaining(possibleVerdicts(exact)));
}

function possibleVerdicts(answer: ScopeEvaluation | Answer): Verdict[] {
  if (answer.status === 'failed') return [];
  return answer.status === 'decided' ? [answer.verdict] : [...answer.possible];
}

function scopesOf(resources: Resources): readonly PolicyScope[] {
  const solos = resources.policies.filter(isStaged).map((solo) => ({ solo }));
  return ['enforced', 'pending', ...solos];
}

function evaluateByIndex(
  { connection, direction, scope }: Question,
  { index }: Setting,
  knowledge: Knowledge,
): ScopeEvaluation {
  const facts: Facts = {
    direction,
    protocol: connection.protocol,
    sourcePort: connection.sourcePort,
    destPort: connection.destPort,
    icmpType: -1,
    icmpCode: -1,
    source: index.ofAddress(connection.source),
    destination: index.ofAddress(connection.destination),
  };
  return index.evaluate(facts, scope, knowledge);
}

function evaluateByOracle(question: Question, setting: Setting, sets: View['sets']): Answer {
  const { resources, mode } = setting;
  return evaluateSlowly(question, { resources, mode, icmpFromPort: true, sets });
}

function textOf(answer: ScopeEvaluation | Answer): unknown {
  if (answer.status !== 'decided') return answer;
  return { verdict: answer.verdict, trace: answer.trace.map((hit) => formatHit(hit)) };
}
