// What promotion brings is what was foretold: each policy's solo verdicts, and pending for all together.
// Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how many worlds each of them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/flow/evaluate.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Verdict } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import type { PolicyHit } from '../../src/policy/hit.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { readDocuments } from '../../src/policy/resources/documents.ts';
import { promote as promoteAsPrinted } from '../../src/commands/promote/promotion.ts';
import { policyKinds } from '../../src/policy/kinds.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import type { Policy } from '../../src/policy/resources/model.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { promotable, promote } from '../oracle/promote.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import { worldSources, type PropertyWorld } from '../support/property-worlds.ts';
import { wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 40;

describe.each(worldSources)('promotion in %s', (_source, aWorld) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    expect.hasAssertions();
    const someOrder = fc.infiniteStream(fc.nat());
    expectToHold(
      fc.property(aWorld(connectionsMax), someOrder, (world, order) => {
        promoteAll(world, order);
      }),
      { seed, numRuns: worldCount },
    );
  });
});

/**
 * Promotes all staged policies of a world one after the other, each as `rehearsal promote` prints it, and
 * compares before and after.
 */
function promoteAll(world: PropertyWorld, order: Iterator<number>): void {
  const { rawTypes } = world;
  let { objects } = world;
  let before = clusterOf(objects, { mode: 'enforcement', rawTypes });
  const flows = world.connections(before.resources).map((connection) => wholeRecord(connection));
  for (;;) {
    const left = promotable(objects);
    const next = left[Number(order.next().value) % left.length];
    if (next === undefined) break;
    const promoted = policyOf(next, before);
    const expected = promote(objects, next, { rawTypes });
    objects = printed(objects, promoted);
    expect(byName(objects)).toEqual(byName(expected));
    const after = clusterOf(objects, { mode: 'enforcement', rawTypes });
    for (const flow of flows) compare(flow, promoted, { before, after });
    before = after;
  }
  for (const flow of flows) {
    expect(answerTo(flow, 'enforced', before)).toEqual(answerTo(flow, 'pending', before));
  }
}

/** The objects after the command's own text has been read back. */
function printed(objects: readonly Json[], policy: Policy): readonly Json[] {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { documents } = readDocuments(text, 'world');
  return promoteAsPrinted(documents, policy).documents.map(({ value }) => value as Json);
}

function byName(objects: readonly Json[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      const { namespace, name } = metadata as Json;
      return [[apiVersion, kind, namespace, name].join(' '), object];
    }),
  );
}

interface Step {
  readonly before: Cluster;
  readonly after: Cluster;
}

function compare(flow: Flow, promoted: Policy, { before, after }: Step): void {
  const was = (scope: PolicyScope) => answerTo(flow, scope, before, promoted);
  expect(answerTo(flow, 'enforced', after)).toEqual(was({ solo: promoted }));
  expect(answerTo(flow, 'pending', after)).toEqual(was('pending'));
  expect(judge(after.index, flow).enforcedVerdict).toEqual(foretold(flow, promoted, before));
}

/** What the judge says of a policy alone: where it could touch nothing it changes nothing. */
function foretold(flow: Flow, promoted: Policy, { index }: Cluster): Verdict | null {
  const { solos, enforcedVerdict } = judge(index, flow);
  const solo = solos.find(({ policy }) => formatPolicyText(policy) === formatPolicyText(promoted));
  return solo === undefined ? enforcedVerdict : solo.verdict;
}

/**
 * Verdict and trace, in which `promoted` has the kind that it will have; of a flow that is open, as where a mutated
 * world names a service that it does not have, why it is.
 */
function answerTo(flow: Flow, scope: PolicyScope, { index }: Cluster, promoted?: Policy) {
  const evaluation = evaluate(index, flow, scope);
  if (evaluation.status === 'not-evaluated') return evaluation;
  const trace = evaluation.trace.map((hit) => formatHit(renamed(hit, promoted)));
  if (evaluation.status !== 'decided') return { ...evaluation, trace };
  return { verdict: evaluation.verdict, trace };
}

function renamed(hit: PolicyHit, promoted: Policy | undefined): PolicyHit {
  const { policy } = hit;
  if (promoted === undefined || formatPolicyText(policy) !== formatPolicyText(promoted)) return hit;
  return { ...hit, policy: { ...policy, kind: policyKinds[policy.kind].enforced } };
}

function policyOf({ kind, metadata }: Json, { resources }: Cluster): Policy {
  const { namespace = '', name } = metadata as Json;
  const policy = resources.policies.find(
    (one) => one.kind === kind && one.namespace === namespace && one.name === name,
  );
  if (policy === undefined) throw new Error(`no ${String(kind)} ${String(name)}`);
  return policy;
}
