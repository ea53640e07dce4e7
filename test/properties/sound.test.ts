// Whoever knows less says the same, or that he does not know, or what he assumes: never something else
// for certain. Every run takes one fixed and one random seed; PROPERTY_WORLDS sets how many worlds each of
// them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import { reasons } from '../../src/flow/reasons.ts';
import { formatAddress } from '../../src/net/address.ts';
import type { PolicyMode, Verdict } from '../../src/policy/actions.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { withoutObjects } from '../support/lost-objects.ts';
import { poorer, recordLosses, type RecordLosses } from '../support/losses.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { expectToHold, seeds, worldCount } from '../support/property.ts';
import { worldSources, type Connection, type PropertyWorld } from '../support/property-worlds.ts';
import { describedRecord, wholeRecord } from '../support/whole-record.ts';

const connectionsMax = 10;

const everyRecordLoses = fc.array(recordLosses, { minLength: 1, maxLength: connectionsMax });

describe.each(worldSources)('with less in the record, in %s', (_source, aWorld) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    expect.hasAssertions();
    expectToHold(
      fc.property(
        aWorld(connectionsMax),
        everyRecordLoses,
        fc.constantFrom<PolicyMode>('calico', 'enforcement'),
        (world, losses, mode) => {
          loseFromRecords(world, losses, mode);
        },
      ),
      { seed, numRuns: worldCount },
    );
  });
});

/** Places of objects, and whether the pools are loaded. */
interface InventoryLosses {
  readonly objects: readonly number[];
  /** Lose whatever the record calls by its name, too. */
  readonly isNamedLost: boolean;
  readonly hasPools: boolean;
}

const inventoryLosses: fc.Arbitrary<InventoryLosses> = fc.record({
  objects: fc.array(fc.nat(999), { minLength: 1, maxLength: 5 }),
  isNamedLost: fc.boolean(),
  hasPools: fc.boolean(),
});

describe.each(worldSources)('with less in the inventory, in %s', (_source, aWorld) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    expect.hasAssertions();
    expectToHold(
      fc.property(
        aWorld(connectionsMax),
        everyRecordLoses,
        inventoryLosses,
        (world, losses, fromInventory) => {
          loseFromInventory(world, losses, fromInventory);
        },
      ),
      { seed, numRuns: worldCount },
    );
  });
});

function loseFromRecords(
  world: PropertyWorld,
  losses: readonly RecordLosses[],
  mode: PolicyMode,
): void {
  const { objects, rawTypes } = world;
  const { resources } = clusterOf(objects, { mode, rawTypes });
  const cluster = clusterOf([...objects, ...poolsOf(resources)], { mode, rawTypes });
  for (const [connection, loss] of paired(possible(world, resources, cluster), losses)) {
    const record = poorer(describedRecord(connection, resources), loss, resources);
    compare(wholeRecord(connection), record, { whole: cluster, poor: cluster });
  }
}

function loseFromInventory(
  world: PropertyWorld,
  losses: readonly RecordLosses[],
  chosen: InventoryLosses,
): void {
  const { objects, rawTypes } = world;
  const { resources } = clusterOf(objects, { mode: 'enforcement', rawTypes });
  const pools = poolsOf(resources);
  const whole = clusterOf([...objects, ...pools], { mode: 'enforcement', rawTypes });
  const lost = new Set(chosen.objects.map((number) => number % objects.length));
  const clusters = new Map<string, Cluster>();
  for (const [connection, loss] of paired(possible(world, resources, whole), losses)) {
    const described = describedRecord(connection, resources);
    const record = poorer(described, loss, resources);
    const isLost = (object: Json, place: number): boolean =>
      lost.has(place) || (chosen.isNamedLost && isNamed(object, described));
    const left = [
      ...withoutObjects(objects, isLost, { whole: described, poor: record, resources }),
      ...(chosen.hasPools ? pools : []),
    ];
    const key = JSON.stringify(left.map(({ kind, metadata }) => [kind, metadata]));
    const poor = clusters.get(key) ?? clusterOf(left, { mode: 'enforcement', rawTypes });
    clusters.set(key, poor);
    compare(wholeRecord(connection), record, { whole, poor });
  }
}

function isNamed({ metadata }: Json, { source, destination }: Flow): boolean {
  const { namespace = '', name } = metadata as Json;
  return [source, destination].some((end) => end.namespace === namespace && end.name === name);
}

/**
 * The connections that there can be: both ends have addresses of one family. Of an address that several
 * workloads have nobody could say which of them is judged, so that labels would tell more than all the rest.
 */
function possible(
  { connections }: PropertyWorld,
  resources: Resources,
  { index }: Cluster,
): readonly Connection[] {
  return connections(resources).filter(({ direction, connection: { source, destination } }) => {
    const local = direction === 'egress' ? source : destination;
    return source.family === destination.family && index.endpointsOwning(local).length === 1;
  });
}

interface Knowledge {
  readonly whole: Cluster;
  readonly poor: Cluster;
}

function compare(wholeFlow: Flow, poorFlow: Flow, { whole, poor }: Knowledge): void {
  const truth = judge(whole.index, wholeFlow);
  // Calico's checker and the dataplane may find other sets at an address: what is true then nobody knows.
  if (truth.reasons.includes('address_owner_assumed')) return;
  const found = judge(poor.index, poorFlow);
  expect({ record: poorFlow, contradicts: contradictions(found, truth) }).toEqual({
    record: poorFlow,
    contradicts: [],
  });
}

/** What is said without any reserve, and is not so. */
function contradictions(found: FlowEvaluation, truth: FlowEvaluation): readonly string[] {
  const isDecided = found.verdict === 'allow' || found.verdict === 'deny';
  const isAssumed = found.reasons.some((code) => reasons[code].assumed);
  if (isAssumed || found.verdict === 'not-evaluated') return soloContradictions(found, truth);
  const { verdict, enforcedVerdict } = found;
  const trace = textsOf(found);
  const claims: Readonly<Record<string, boolean>> = {
    [`pending ${verdict}`]: !isDecided || verdict === truth.verdict,
    [`enforced ${String(enforcedVerdict)}`]:
      enforcedVerdict === null || enforcedVerdict === truth.enforcedVerdict,
    [`trace ${trace.join()}`]: textsOf(truth).slice(0, trace.length).join() === trace.join(),
  };
  const wrong = Object.keys(claims).filter((claim) => claims[claim] === false);
  return [...wrong, ...soloContradictions(found, truth), ...overlooked(found, truth)];
}

function soloContradictions(found: FlowEvaluation, truth: FlowEvaluation): readonly string[] {
  return found.solos.flatMap(({ policy, certainty, verdict }) => {
    const text = formatPolicyText(policy);
    const isTrue = verdict === soloVerdict(text, truth);
    return certainty === 'certain' && !isTrue ? [`solo of ${text} ${String(verdict)}`] : [];
  });
}

/** Alone a policy that could not touch the flow leaves it as it is. */
function soloVerdict(policy: string, { solos, enforcedVerdict }: FlowEvaluation): Verdict | null {
  const solo = solos.find((one) => formatPolicyText(one.policy) === policy);
  return solo === undefined ? enforcedVerdict : solo.verdict;
}

/** The policies that touch the flow and are said not to. */
function overlooked(found: FlowEvaluation, truth: FlowEvaluation): readonly string[] {
  const known = new Set(found.solos.map(({ policy }) => formatPolicyText(policy)));
  return truth.solos
    .map(({ policy }) => formatPolicyText(policy))
    .filter((policy) => !known.has(policy))
    .map((policy) => `overlooks ${policy}`);
}

function textsOf({ pending }: FlowEvaluation): readonly string[] {
  return pending.map((hit) => formatHit(hit));
}

function* paired<One, Other>(
  ones: readonly One[],
  others: readonly Other[],
): Generator<readonly [One, Other]> {
  for (const [place, one] of ones.entries()) {
    const other = others[place % others.length];
    if (other !== undefined) yield [one, other];
  }
}

/** A pool for the address of each workload, and no more. */
function poolsOf({ inventory: { endpoints } }: Resources): readonly Json[] {
  const owned = endpoints.flatMap(({ addresses }) => addresses);
  return owned.map((address, place) => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'IPPool',
    metadata: { name: `pool-${place}` },
    spec: { cidr: `${formatAddress(address)}/${address.family === 4 ? 32 : 128}` },
  }));
}
