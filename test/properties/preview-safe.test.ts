// What a preview calls safe denies nothing that is allowed today: enforce it and look. The records may tell
// less than there is. Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how many worlds.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/flow/evaluate.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import { answerOf } from '../../src/report/answer.ts';
import { conversationOf } from '../../src/report/conversation.ts';
import { reportLimits } from '../../src/report/limits.ts';
import { previewOf } from '../../src/report/preview.ts';
import type { Preview } from '../../src/report/schema.ts';
import { Sightings } from '../../src/report/sightings.ts';
import { Survey } from '../../src/report/survey.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { promotable, promote } from '../oracle/promote.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { poorer, recordLosses, type RecordLosses } from '../support/losses.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import { worldSources, type PropertyWorld } from '../support/property-worlds.ts';
import { describedRecord, wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 8;

let safeSeen = 0;

describe.each(worldSources)('safe in %s', (_source, aWorld) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    expect.hasAssertions();
    expectToHold(
      fc.property(
        aWorld(connectionsMax),
        fc.array(fc.option(recordLosses, { freq: 2 }), { minLength: 1, maxLength: connectionsMax }),
        (world, losses) => {
          checkWorld(world, losses);
        },
      ),
      { seed, numRuns: worldCount },
    );
  });
});

test('some policies were called safe at all', () => {
  expect(safeSeen).toBeGreaterThan(20);
});

interface Seen {
  readonly whole: Flow;
  readonly record: Flow;
}

function checkWorld(world: PropertyWorld, losses: readonly (RecordLosses | null)[]): void {
  const { objects, rawTypes } = world;
  const before = clusterOf(objects, { mode: 'enforcement', rawTypes });
  const flows = world
    .connections(before.resources)
    .filter(({ connection: { source, destination } }) => source.family === destination.family)
    .map((connection, place): Seen => {
      const loss = losses[place % losses.length] ?? null;
      const record = describedRecord(connection, before.resources);
      const whole = wholeRecord(connection);
      return { whole, record: loss === null ? whole : poorer(record, loss, before.resources) };
    })
    // Calico's checker and the dataplane may find other sets at an address: what is true then nobody knows.
    .filter(({ whole }) => !judge(before.index, whole).reasons.includes('address_owner_assumed'));
  const { policies, together } = preview(before, flows);
  // In few worlds anything is safe; that some of all are is held below.
  expect(policies.length).toBeLessThanOrEqual(before.index.policies.length);
  for (const staged of promotable(objects)) {
    const isSafe = policies.some((one) => one.standing === 'safe' && isCalled(one, staged));
    if (!isSafe) continue;
    safeSeen += 1;
    const after = clusterOf(promote(objects, staged, { rawTypes }), {
      mode: 'enforcement',
      rawTypes,
    });
    expect(newlyDenied(flows, before, after)).toEqual([]);
  }
  if (together.standing !== 'safe') return;
  const all = promotable(objects).reduce((left, one) => promote(left, one, { rawTypes }), objects);
  const after = clusterOf(all, { mode: 'enforcement', rawTypes });
  expect(newlyDenied(flows, before, after)).toEqual([]);
}

function preview({ index }: Cluster, flows: readonly Seen[]): Preview {
  const policies = index.policies.length;
  const survey = new Survey({ limits: reportLimits, policies });
  const size = { connections: 1, bytes: 1, eventMs: null };
  const sightings = new Sightings((sighting) => survey.add(sighting));
  sightings.place = 'x:';
  for (const [number, { record }] of flows.entries()) {
    const answer = answerOf(judge(index, record), null);
    sightings.meet(number, { answer, conversation: conversationOf(record) });
    sightings.add(number, size, 1);
  }
  sightings.settle();
  return previewOf(survey, {
    index,
    nowMs: 0,
    evaluator: 'rehearsal/test',
    policySet: 'test',
    sources: [],
    unreadable: [],
    damaged: [],
    against: null,
    rowsMax: 10,
    unreadableMax: 0,
  });
}

function isCalled(one: Preview['policies'][number], { kind, metadata }: Json): boolean {
  const { namespace = '', name } = metadata as Json;
  return one.kind === kind && one.namespace === namespace && one.policy === name;
}

function newlyDenied(flows: readonly Seen[], before: Cluster, after: Cluster): readonly string[] {
  return flows.flatMap(({ whole }) => {
    const [was, is] = [before, after].map(({ index }) => evaluate(index, whole, 'enforced'));
    if (was?.status !== 'decided' || is?.status !== 'decided') return [];
    if (was.verdict !== 'allow' || is.verdict !== 'deny') return [];
    return [is.trace.map(({ policy }) => formatPolicyText(policy)).join(' ')];
  });
}
