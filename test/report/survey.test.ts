// What is added up is what one would count by hand.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Verdict } from '../../src/policy/actions.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import { effectsOf } from '../../src/report/flips.ts';
import { anEvaluation, aSolo, loose, strict } from '../stage/support/evaluations.ts';
import { expectToHold, seeds } from '../support/property.ts';
import { aFlow, surveyOf, type JudgedRecord } from './support/survey.ts';

const aVerdict = fc.constantFrom<Verdict | null>('allow', 'deny', null);

const anAnswer: fc.Arbitrary<FlowEvaluation> = fc
  .record({
    verdict: fc.constantFrom<FlowEvaluation['verdict']>('allow', 'deny', 'uncertain'),
    baseline: aVerdict,
    enforcedVerdict: aVerdict,
    direction: fc.constantFrom<'ingress' | 'egress'>('ingress', 'egress'),
    change: fc.constantFrom<FlowEvaluation['change']>('unchanged', 'newly-denied', 'uncertain'),
    certainty: fc.constantFrom<FlowEvaluation['certainty']>('certain', 'assumed', 'uncertain'),
    reasons: fc.subarray<FlowEvaluation['reasons'][number]>(['no_source_ip', 'labels_assumed']),
    solos: fc.subarray([strict, loose]).chain((policies) =>
      fc.tuple(
        ...policies.map((policy) =>
          fc.record({
            policy: fc.constant(policy),
            certainty: fc.constantFrom<'certain' | 'assumed'>('certain', 'assumed'),
            verdict: aVerdict,
            rule: fc.nat(3),
          }),
        ),
      ),
    ),
  })
  .map((members) => anEvaluation(members));

const aRecord = fc.record<JudgedRecord & { readonly eventMs: number | null }>({
  evaluation: anAnswer,
  flow: fc.constantFrom('a-*', 'b-*', 'c-*', 'd-*', 'e-*').map((from) => aFlow({ from })),
  connections: fc.nat(50),
  bytes: fc.nat(5000),
  eventMs: fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: null }),
});

describe.each(seeds)('%s: %i', (_name, seed) => {
  test('counts are those of a naive count, whatever is kept', () => {
    expectToHold(
      fc.property(
        fc.array(aRecord, { maxLength: 80 }),
        fc.constantFrom(1, 3, 1000),
        (records, rememberedMax) => {
          const survey = surveyOf(records, { rememberedMax, reportGroups: 1, reportRows: 1 });
          for (const policy of [strict, loose]) {
            const found = survey.of(formatPolicyText(policy));
            expect(shown(found)).toEqual(naive(records, formatPolicyText(policy)));
          }
          expect(survey.caused).toEqual(naiveCaused(records));
        },
      ),
      { seed, numRuns: 100 },
    );
  });
});

function shown({ flows, alone, together, drifting, reasons, span, groups }: Counts) {
  const rows = groups.top(3);
  const listed = [...rows.groups, ...rows.rest];
  return {
    flows,
    alone,
    together,
    drifting,
    reasons: Object.fromEntries(reasons),
    span,
    denied: groups.total('newly-denied'),
    listedFlows: listed.reduce((sum, one) => sum + one.flows, 0),
  };
}

type Counts = ReturnType<ReturnType<typeof surveyOf>['of']>;

function naive(records: readonly JudgedRecord[], policyText: string) {
  const flows = { certain: 0, assumed: 0, uncertain: 0 };
  const alone = { 'newly-denied': 0, 'newly-allowed': 0 };
  const together = { 'newly-denied': 0, 'newly-allowed': 0 };
  const reasons: Record<string, number> = {};
  const times: number[] = [];
  const talks = new Map<string, { egress: number[]; ingress: number[] }>();
  const denied = { flows: 0, connections: 0, bytes: 0 };
  let [drifting, listedFlows] = [0, 0];
  for (const { evaluation, flow, connections = 0, bytes = 0, eventMs = null } of records) {
    for (const effect of effectsOf(evaluation).policies) {
      if (formatPolicyText(effect.policy) !== policyText) continue;
      flows[effect.certainty] += 1;
      if (eventMs !== null) times.push(eventMs);
      if (effect.isDrift) drifting += 1;
      if (effect.alone !== null) alone[effect.alone] += 1;
      if (effect.together !== null) together[effect.together] += 1;
      if (effect.certainty !== 'certain') {
        for (const reason of evaluation.reasons) reasons[reason] = (reasons[reason] ?? 0) + 1;
      }
      const flips = new Set([effect.alone, effect.together].filter((flip) => flip !== null));
      listedFlows += flips.size;
      if (!flips.has('newly-denied') || evaluation.direction === null) continue;
      const name = flow?.source.name ?? '';
      const talk = talks.get(name) ?? { egress: [0, 0], ingress: [0, 0] };
      talks.set(name, talk);
      talk[evaluation.direction][0]! += connections;
      talk[evaluation.direction][1]! += bytes;
      denied.flows += 1;
    }
  }
  for (const { egress, ingress } of talks.values()) {
    denied.connections += Math.max(egress[0]!, ingress[0]!);
    denied.bytes += Math.max(egress[1]!, ingress[1]!);
  }
  const span = {
    firstMs: times.length === 0 ? null : Math.min(...times),
    lastMs: times.length === 0 ? null : Math.max(...times),
  };
  return { flows, alone, together, drifting, reasons, span, denied, listedFlows };
}

function naiveCaused(records: readonly JudgedRecord[]) {
  const effects = records.map(({ evaluation }) => effectsOf(evaluation));
  return {
    newlyDenied: effects.filter(({ isNewlyDenied }) => isNewlyDenied).length,
    newlyAllowed: effects.filter(({ isNewlyAllowed }) => isNewlyAllowed).length,
    uncertain: effects.filter(({ isUncertain }) => isUncertain).length,
  };
}

test('a sample is the first record of its group', () => {
  const records = [{ evaluation: anEvaluation({ solos: [] }) }, ...twice({ evaluation: denied })];
  const { groups } = surveyOf(records).of(formatPolicyText(strict));
  expect(groups.top(1).groups).toMatchObject([{ flows: 2, sample: 'flows.ndjson:2' }]);
});

const denied = anEvaluation({ solos: [aSolo()] });

function twice<T>(one: T): T[] {
  return [one, one];
}
