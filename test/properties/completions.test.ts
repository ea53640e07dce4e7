// Records that leave things out, judged and completed in every way that matters. Sound: what is decided
// holds in every completion. Not lazy: what is undecided differs between two of them. Every run takes
// one fixed and one random seed; PROPERTY_WORLDS sets how many worlds each of them makes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/flow/judge.ts';
import type { PolicyMode, Verdict } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import { completionsOf, type VagueRecord } from '../oracle/completions.ts';
import { evaluateSlowly } from '../oracle/evaluate.ts';
import { questionOf, resourcesFrom } from '../oracle/setting.ts';
import { aBlur, blurred, flowOf, type Blur } from '../oracle/vague.ts';
import { expectToHold } from '../support/property.ts';
import { aWorld, type RandomWorld } from '../oracle/world.ts';
import type { View } from '../oracle/world-view.ts';

const worlds = Number(process.env['PROPERTY_WORLDS'] ?? 60);
const connectionsMax = 6;

/** Completions of one record that are tried; records with more are left out. */
const completionsMax = 1500;

/** An address that nobody owns is outside, since it is in no pool. */
const pool = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'IPPool',
  metadata: { name: 'pool' },
  spec: { cidr: '172.31.0.0/16' },
};

describe.each(['calico', 'enforcement'] as const)('incomplete records in %s mode', (mode) => {
  test.each([
    ['a fixed seed', 20_260_818],
    ['a random seed', Math.trunc(Math.random() * 2 ** 31)],
  ])('%s: %i', { timeout: 600_000 }, (_name, seed) => {
    const blurs = fc.array(aBlur, { minLength: 1, maxLength: connectionsMax, size: 'max' });
    expect.hasAssertions();
    expectToHold(
      fc.property(aWorld(connectionsMax), blurs, (world, made) => compare(world, made, mode)),
      { seed, numRuns: worlds },
    );
  });
});

interface Setting {
  readonly resources: Resources;
  readonly mode: PolicyMode;
  readonly index: PolicyIndex;
}

function compare(world: RandomWorld, blurs: readonly Blur[], mode: PolicyMode): void {
  const resources = resourcesFrom([...world.objects, pool], { mode });
  const index = compileIndex(resources, { mode, onInvalid: 'refuse', icmpFromPort: true });
  for (const [number, connection] of world.connections.entries()) {
    const question = questionOf(connection, resources);
    const blur = blurs[number % blurs.length];
    if (question === null || blur === undefined) continue;
    compareRecord(blurred(question, blur, resources), { resources, mode, index });
  }
}

function compareRecord(record: VagueRecord, setting: Setting): void {
  const questions = completionsOf(record, setting.resources);
  if (questions.length === 0 || questions.length > completionsMax) return;
  const evaluation = judge(setting.index, flowOf(record));
  // Without a port nobody knows an ICMP type, and the criterion counts as met (semantics 4.9).
  if (evaluation.reasons.includes('no_icmp')) return;
  const isCertain = evaluation.certainty === 'certain';
  const answersOf = (scope: PolicyScope): Answers =>
    answersTo(
      questions.map((question) => ({ ...question, scope })),
      setting,
    );

  const pending = answersOf('pending');
  const verdict = evaluation.verdict === 'uncertain' ? null : evaluation.verdict;
  check('pending', verdict, { answers: pending, isCertain, record });
  const prefix = evaluation.pending.map((hit) => formatHit(hit));
  for (const trace of pending.traces) expect(trace.slice(0, prefix.length)).toEqual(prefix);
  check('enforced', evaluation.enforcedVerdict, {
    answers: answersOf('enforced'),
    isCertain,
    record,
  });
  for (const solo of evaluation.solos) {
    const answers = answersOf({ solo: solo.policy });
    check('solo', solo.verdict, { answers, isCertain: solo.certainty === 'certain', record });
  }
}

/** The verdicts of all completions, with sets as they are and as the checker finds them (decision 6). */
interface Answers {
  readonly assumed: ReadonlySet<Verdict>;
  readonly all: ReadonlySet<Verdict>;
  /** With sets as the checker finds them. */
  readonly traces: readonly (readonly string[])[];
}

function answersTo(
  questions: readonly Parameters<typeof evaluateSlowly>[0][],
  { resources, mode }: Setting,
): Answers {
  const answer = (sets: View['sets']) =>
    questions.map((question) => {
      const found = evaluateSlowly(question, { resources, mode, icmpFromPort: true, sets });
      if (found.status === 'failed') throw new Error('a world without errors had one');
      return found;
    });
  const checker = answer('checker');
  const exact = mode === 'enforcement' ? answer('exact') : [];
  return {
    assumed: new Set(checker.map(({ verdict }) => verdict)),
    all: new Set([...checker, ...exact].map(({ verdict }) => verdict)),
    traces: checker.map(({ trace }) => trace.map((hit) => formatHit(hit))),
  };
}

interface Checked {
  readonly answers: Answers;
  readonly isCertain: boolean;
  readonly record: VagueRecord;
}

function check(
  scope: string,
  verdict: string | null,
  { answers, isCertain, record }: Checked,
): void {
  const possible = [...(isCertain ? answers.all : answers.assumed)].toSorted();
  expect({ scope, record, possible }).toEqual({
    scope,
    record,
    possible: verdict === null ? ['allow', 'deny'] : [verdict],
  });
}
