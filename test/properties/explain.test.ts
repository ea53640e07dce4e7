// What is explained is what is judged: the evaluator's own walk, and criteria that add up to their rule.
// Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how many worlds each of them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import { questionOf } from '../../src/flow/question.ts';
import { formatAddress } from '../../src/net/address.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { observe } from '../../src/policy/evaluator/observe.ts';
import { Policies } from '../../src/policy/index/policies.ts';
import { explain } from '../../src/report/explain/explain.ts';
import { formatExplanation } from '../../src/report/explain/explanation-text.ts';
import type { ConnectionWalk } from '../../src/report/explain/explanation.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import { worldSources, type PropertyWorld } from '../support/property-worlds.ts';
import { describedRecord, wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 20;

describe.each(worldSources)('explanations in %s', (_source, aWorld) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    expect.hasAssertions();
    expectToHold(fc.property(aWorld(connectionsMax), explainAll), { seed, numRuns: worldCount });
  });
});

function explainAll({ objects, rawTypes, connections }: PropertyWorld): void {
  const cluster = clusterOf(objects, { mode: 'enforcement', rawTypes });
  for (const connection of connections(cluster.resources)) {
    const whole = wholeRecord(connection);
    expectAsJudged(whole, cluster);
    if (!hasTwins(cluster)) expectOneWalk(whole, cluster);
    expectAsJudged(withoutAddresses(describedRecord(connection, cluster.resources)), cluster);
  }
}

/** The judge's answer, and walks that are those of the evaluator. */
function expectAsJudged(flow: Flow, { index, resources }: Cluster): void {
  const explanation = explain({ index, resources }, flow);
  const { evaluation, walks } = explanation;
  expect(evaluation).toEqual(judge(index, flow));
  for (const { verdict } of walks) {
    expect([evaluation.enforcedVerdict ?? verdict.enforced, 'open']).toContain(verdict.enforced);
    expect([pendingOf(evaluation.verdict, verdict), 'open']).toContain(verdict.pending);
  }
  expect(formatExplanation(explanation).length).toBeGreaterThan(0);
  expectWalksOfTheEvaluator(flow, { index, resources });
}

function pendingOf(judged: string, { pending }: ConnectionWalk['verdict']): string {
  return judged === 'uncertain' ? pending : judged;
}

/** Worlds thrown together may have one address twice, as of a Pod and of a WorkloadEndpoint of its name: flows of that have two ways. */
function hasTwins({ resources }: Cluster): boolean {
  const { endpoints, hostEndpoints } = resources.inventory;
  const all = [...endpoints, ...hostEndpoints].flatMap(({ addresses }) => [
    ...new Set(addresses.map(formatAddress)),
  ]);
  return new Set(all).size < all.length;
}

/** Of a record that says all there is to say there is one way, and it is the judge's. */
function expectOneWalk(flow: Flow, { index, resources }: Cluster): void {
  const { evaluation, walks, untold } = explain({ index, resources }, flow);
  const [walk] = walks;
  expect([walks.length, untold]).toEqual([1, 0]);
  expect(walk?.verdict).toEqual({
    enforced: evaluation.enforcedVerdict,
    pending: evaluation.verdict,
  });
  const decided = evaluation.decidedBy;
  const steps = [
    ...(walk?.tiers ?? []).flatMap(({ policies }) => policies),
    ...(walk?.profiles ?? []),
  ];
  const deciding = steps.filter(({ answer }) => ['allow', 'deny'].includes(answer.pending));
  const isRule = decided !== null && decided.ruleIndex >= 0;
  expect(deciding.map(({ answer }) => answer.pending)).toEqual(isRule ? [decided.action] : []);
}

function expectWalksOfTheEvaluator(flow: Flow, { index }: Cluster): void {
  const question = questionOf(index, flow);
  if (typeof question === 'string') return;
  const policies = new Policies(index.tables, index.strings);
  const scopes: readonly PolicyScope[] = ['enforced', 'pending'];
  for (const facts of (question.coarse.pairs ?? []).slice(0, 4)) {
    for (const scope of scopes) {
      for (const knowledge of ['strict', 'assuming'] as const) {
        const { evaluation } = observe(policies, facts, scope, knowledge);
        expect(evaluation).toEqual(index.evaluate(facts, scope, knowledge));
      }
    }
  }
}

function withoutAddresses(flow: Flow): Flow {
  return {
    ...flow,
    source: { ...flow.source, addresses: [], port: null },
    destination: { ...flow.destination, addresses: [] },
  };
}
