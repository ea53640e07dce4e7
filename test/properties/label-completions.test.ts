// Records of pods that the inventory does not hold, judged and completed with every label that the pods, their
// namespaces and service accounts may have. Sound: what is decided holds in every completion. Not lazy: what
// is undecided differs between two of them. Every run takes one fixed and one random seed; PROPERTY_WORLDS
// sets how many worlds each of them takes.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { Flow, FlowEnd } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { Address } from '../../src/net/address.ts';
import type { PolicyMode, Verdict } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import type { Resources, WorkloadEndpoint } from '../../src/policy/resources/model.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { evaluateSlowly, type Question } from '../oracle/evaluate.ts';
import { questionOf, resourcesFrom } from '../oracle/setting.ts';
import { labelCompletions, type Completion, type ToldOf } from '../oracle/unknown-labels.ts';
import { aWorld, type RandomWorld } from '../oracle/world.ts';
import { isSame, type View } from '../oracle/world-view.ts';
import { clusterOf, type Cluster } from '../support/cluster.ts';
import { expectToHold, seeds } from '../support/property.ts';

const worlds = Number(process.env['PROPERTY_WORLDS'] ?? 150);
const connectionsMax = 6;

/** Completions of one record that are tried; records with more are left out. */
const completionsMax = 600;

/** What nobody tells of a flow. */
interface Ignorance {
  /** Pods of the local end and of the peer that the inventory lacks; told by name, or by that of their workload. */
  readonly local: EndIgnorance;
  readonly peer: EndIgnorance | null;
  readonly lacksNamespaces: boolean;
  readonly lacksAccounts: boolean;
  /** What the key `role` of the world is called instead. */
  readonly role: 'role' | 'job-name' | 'projectcalico.org/kind';
}

interface EndIgnorance {
  readonly isLost: boolean;
  readonly tellsAccount: boolean;
  /** Of a workload: labels that other pods of it lack. */
  readonly isSole: boolean;
}

const anEnd: fc.Arbitrary<EndIgnorance> = fc.record({
  isLost: fc.boolean(),
  tellsAccount: fc.boolean(),
  isSole: fc.boolean(),
});

const anIgnorance: fc.Arbitrary<Ignorance> = fc.record({
  local: anEnd,
  peer: fc.option(anEnd),
  lacksNamespaces: fc.boolean(),
  lacksAccounts: fc.nat(3).map((chance) => chance === 0),
  role: fc.constantFrom('role', 'job-name', 'projectcalico.org/kind'),
});

describe.each(['calico', 'enforcement'] as const)('unknown labels in %s mode', (mode) => {
  test.each(seeds)('%s: %i', { timeout: 3_600_000 }, (_name, seed) => {
    const counts = { records: 0, decided: 0, certain: 0, open: 0, leftOut: 0 };
    expectToHold(
      fc.property(aWorld(connectionsMax), anIgnorance, (world, ignorance) => {
        compare(world, ignorance, { mode, counts });
      }),
      { seed, numRuns: worlds },
    );
    console.info(`unknown labels, ${mode}: ${JSON.stringify(counts)}`);
    expect(counts.records).toBeGreaterThan(worlds / 2);
    expect(counts.open).toBeGreaterThan(0);
  });
});

type Counts = Record<'records' | 'decided' | 'certain' | 'open' | 'leftOut', number>;

interface Run {
  readonly mode: PolicyMode;
  readonly counts: Counts;
}

function compare(world: RandomWorld, ignorance: Ignorance, run: Run): void {
  const objects = renamed(withoutNamedPorts(world.objects), ignorance.role);
  const whole = resourcesFrom(objects, { mode: run.mode });
  for (const connection of world.connections) {
    const question = questionOf(connection, whole);
    if (question === null || isHosted(question, whole)) continue;
    const record = recordOf(question, ignorance, whole);
    if (record === null) continue;
    // What Felix does with an endpoint whose namespace is gone is known (semantics E26).
    const lacking = run.mode === 'calico' ? { lacksNamespaces: false, lacksAccounts: false } : {};
    const poor = clusterOf(withoutKnown(objects, record, { ...ignorance, ...lacking }), run);
    compareRecord(record, poor, run);
  }
}

/** A record of pods, less what nobody tells. */
interface PoorRecord {
  readonly question: Omit<Question, 'scope'>;
  readonly flow: Flow;
  readonly told: readonly ToldOf[];
}

function recordOf(
  question: Omit<Question, 'scope'>,
  { local, peer }: Ignorance,
  whole: Resources,
): PoorRecord | null {
  const { direction, endpoint, connection } = question;
  const isEgress = direction === 'egress';
  const [here, there] = isEgress
    ? [connection.source, connection.destination]
    : [connection.destination, connection.source];
  const other = whole.inventory.endpoints.find((one) => hasAddress(one, there));
  // The labels of a pod that talks to itself are read as those of two.
  if (other === endpoint) return null;
  const ownEnd = endTold(endpoint, { address: here, ignorance: local, whole, stranger: 'zz' });
  const otherEnd =
    other === undefined || peer === null
      ? { end: { ...silent, addresses: [there] }, told: [] }
      : endTold(other, { address: there, ignorance: peer, whole, stranger: 'yy' });
  const { protocol, sourcePort, destPort } = connection;
  const [source, destination] = isEgress ? [ownEnd.end, otherEnd.end] : [otherEnd.end, ownEnd.end];
  const flow: Flow = {
    reporter: isEgress ? 'src' : 'dst',
    action: null,
    protocol,
    icmpType: null,
    icmpCode: null,
    source: { ...source, port: sourcePort },
    destination: { ...destination, port: destPort },
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: null,
    endMs: null,
  };
  const told = [...ownEnd.told, ...otherEnd.told];
  // Whoever loses a workload loses the other end of the flow with it.
  const isOverlooked = [endpoint, other].some(
    (one) =>
      one !== undefined &&
      told.every(({ pod }) => pod !== one) &&
      told.some(({ pod }) => isSibling(one, pod)),
  );
  return told.length === 0 || isOverlooked ? null : { question, flow, told };
}

const silent: FlowEnd = {
  type: null,
  namespace: null,
  name: null,
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};

interface Telling {
  readonly address: Address;
  readonly ignorance: EndIgnorance;
  readonly whole: Resources;
  readonly stranger: string;
}

function endTold(pod: WorkloadEndpoint, { address, ignorance, whole, stranger }: Telling) {
  const { isLost, tellsAccount, isSole } = ignorance;
  const { namespace, generateName } = pod;
  const named: FlowEnd = { ...silent, type: 'workload', namespace, addresses: [address] };
  const isAggregate = generateName !== null;
  const others = whole.inventory.endpoints.filter((one) => isSibling(one, pod));
  const labels = new Map(
    [...pod.labels].filter(([key, value]) => {
      if (key === 'job-name') return false;
      if (key.startsWith('projectcalico.org/')) {
        return tellsAccount && key === 'projectcalico.org/serviceaccount';
      }
      return isSole || !isAggregate || others.every((one) => one.labels.get(key) === value);
    }),
  );
  const end = { ...named, name: isAggregate ? `${generateName}*` : pod.name };
  if (!isLost) return { end, told: [] };
  // What every record of a pod says without words.
  const known = new Map([...labels, ...alwaysOn(namespace)]);
  return {
    end: { ...end, labels },
    told: [{ pod, labels: known, isAggregate, stranger }] satisfies ToldOf[],
  };
}

function alwaysOn(namespace: string): readonly (readonly [string, string])[] {
  return [
    ['projectcalico.org/namespace', namespace],
    ['projectcalico.org/orchestrator', 'k8s'],
  ];
}

/** Pods that one name stands for. */
function isSibling(one: WorkloadEndpoint, pod: WorkloadEndpoint): boolean {
  if (one.namespace !== pod.namespace) return false;
  return pod.generateName === null ? one.name === pod.name : one.generateName === pod.generateName;
}

function isHosted({ connection }: Omit<Question, 'scope'>, { inventory }: Resources): boolean {
  const { source, destination } = connection;
  return inventory.hostEndpoints.some(
    ({ addresses }) =>
      addresses.some((own) => isSame(own, source)) ||
      addresses.some((own) => isSame(own, destination)),
  );
}

function hasAddress({ addresses }: WorkloadEndpoint, address: Address): boolean {
  return addresses.some((own) => isSame(own, address));
}

/** The manifests without the pods that are told of, and what else the inventory lacks; nobody owns what is in no pool. */
function withoutKnown(
  objects: readonly Json[],
  { told }: PoorRecord,
  { lacksNamespaces, lacksAccounts }: Pick<Ignorance, 'lacksNamespaces' | 'lacksAccounts'>,
): readonly Json[] {
  const left = objects.filter(({ kind, metadata }) => {
    if (kind === 'Namespace') return !lacksNamespaces;
    if (kind === 'ServiceAccount') return !lacksAccounts;
    const { namespace, name, generateName = null } = metadata as Record<string, string | null>;
    const isTold = told.some(
      ({ pod }) =>
        pod.namespace === namespace &&
        (pod.generateName === null ? pod.name === name : pod.generateName === generateName),
    );
    return kind !== 'Pod' || !isTold;
  });
  return [...left, pool, bystander];
}

/** With no pod at all every address may be some pod's. */
const bystander = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bystander', namespace: 'shop' },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] },
  status: { phase: 'Running', podIPs: [{ ip: '10.9.9.9' }] },
};

const pool = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'IPPool',
  metadata: { name: 'pool' },
  spec: { cidr: '172.31.0.0/16' },
};

function compareRecord({ question, flow, told }: PoorRecord, poor: Cluster, run: Run): void {
  const { inventory } = poor.resources;
  const isLacking = (profile: string) => !inventory.profiles.some(({ name }) => name === profile);
  const isKnowing = run.mode === 'calico';
  const completions = labelCompletions(
    {
      pods: told,
      namespaces: ['shop', 'bank'].filter((name) => isLacking(`kns.${name}`)),
      accounts: ['shop.api', 'shop.job', 'bank.api', 'bank.job'].filter(
        (name) => !isKnowing && isLacking(`ksa.${name}`),
      ),
    },
    poor.resources,
    completionsMax,
  );
  if (completions === null) {
    run.counts.leftOut++;
    return;
  }
  const evaluation = judge(poor.index, flow);
  if (evaluation.reasons.includes('no_icmp')) return;
  run.counts.records++;
  if (evaluation.verdict === 'uncertain') run.counts.open++;
  else run.counts.decided++;
  if (evaluation.certainty === 'certain') run.counts.certain++;
  const asked: Asked = { question, completions, resources: poor.resources, mode: run.mode };
  compareAnswers(evaluation, asked, { flow, told });
}

interface Asked {
  readonly question: Omit<Question, 'scope'>;
  readonly completions: readonly Completion[];
  readonly resources: Resources;
  readonly mode: PolicyMode;
}

function compareAnswers(evaluation: FlowEvaluation, asked: Asked, record: unknown): void {
  const isCertain = evaluation.certainty === 'certain';
  const pending = answersTo(asked, 'pending');
  const checks = [
    { scope: 'pending', verdict: evaluation.verdict, isCertain, answers: pending },
    {
      scope: 'enforced',
      verdict: evaluation.enforcedVerdict,
      isCertain,
      answers: answersTo(asked, 'enforced'),
    },
    ...evaluation.solos.map(({ policy, verdict, certainty }) => ({
      scope: `solo ${policy.name}`,
      verdict,
      isCertain: certainty === 'certain',
      answers: answersTo(asked, { solo: policy }),
    })),
  ];
  for (const { scope, verdict, isCertain: isFact, answers } of checks) {
    const possible = [...(isFact ? answers.all : answers.assumed)].toSorted();
    const isOpen = verdict === null || verdict === 'uncertain';
    expect({ scope, record, possible }).toEqual({
      scope,
      record,
      possible: isOpen ? ['allow', 'deny'] : [verdict],
    });
  }
  const prefix = evaluation.pending.map((hit) => formatHit(hit));
  for (const trace of isCertain ? pending.traces : pending.assumedTraces) {
    expect(trace.slice(0, prefix.length)).toEqual(prefix);
  }
}

/** With sets as they are and as the checker finds them (decision 6); traces are the checker's. */
interface Answers {
  readonly assumed: ReadonlySet<Verdict>;
  readonly all: ReadonlySet<Verdict>;
  readonly assumedTraces: readonly (readonly string[])[];
  readonly traces: readonly (readonly string[])[];
}

function answersTo({ question, completions, resources, mode }: Asked, scope: PolicyScope): Answers {
  const answer = (sets: View['sets'], some: readonly Completion[]) =>
    some.map((completion) => {
      const view = { resources: completed(resources, completion), mode, icmpFromPort: true, sets };
      const endpoint = completion.pods.find((pod) => isSelf(pod, question.endpoint));
      const asked = { ...question, endpoint: endpoint ?? question.endpoint, scope };
      const found = evaluateSlowly(asked, view);
      if (found.status === 'failed') throw new Error('a world without errors had one');
      return found;
    });
  const assumable = completions.filter(({ isAssumed }) => isAssumed);
  const [all, assumed] = [answer('checker', completions), answer('checker', assumable)];
  const exact = mode === 'enforcement' ? answer('exact', completions) : [];
  const tracesOf = (found: typeof all) =>
    found.map(({ trace }) => trace.map((hit) => formatHit(hit)));
  return {
    assumed: new Set(assumed.map(({ verdict }) => verdict)),
    all: new Set([...all, ...exact].map(({ verdict }) => verdict)),
    assumedTraces: tracesOf(assumed),
    traces: tracesOf(all),
  };
}

function completed(resources: Resources, { pods, profiles }: Completion): Resources {
  const { inventory } = resources;
  return {
    ...resources,
    inventory: {
      ...inventory,
      endpoints: [...inventory.endpoints, ...pods],
      profiles: [...inventory.profiles, ...profiles],
    },
  };
}

function isSelf(one: WorkloadEndpoint, other: WorkloadEndpoint): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

/** The worlds ask for the label `role` by another name. */
function renamed(objects: readonly Json[], role: string): readonly Json[] {
  return JSON.parse(JSON.stringify(objects).replaceAll(/\brole\b/g, role)) as readonly Json[];
}

/** Which ports a pod calls by a name no label tells: rules that ask for them are left out. */
function withoutNamedPorts(objects: readonly Json[]): readonly Json[] {
  return objects.map((object) => {
    const spec = object['spec'];
    if (typeof spec !== 'object' || spec === null) return object;
    const rules = ['ingress', 'egress'].flatMap((direction) => {
      const list = (spec as Json)[direction];
      return Array.isArray(list) ? [[direction, list.filter((rule) => !asksByName(rule))]] : [];
    });
    return { ...object, spec: { ...spec, ...(Object.fromEntries(rules) as Json) } };
  });
}

function asksByName(rule: unknown): boolean {
  return /"(http|dns)"/.test(JSON.stringify(rule));
}
